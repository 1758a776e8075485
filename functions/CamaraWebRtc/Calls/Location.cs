namespace Sessions.CamaraWebRtc;

/// <summary>Where a party is (PIDF-LO; RFC 4119, RFC 5491).</summary>
public sealed record LocationDetails
{
    /// <summary>Circle or Ellipsoid.</summary>
    public string? Shape { get; init; }

    /// <summary>The coordinates, in the form that the shape asks for.</summary>
    public Coordinates? Coordinates { get; init; }

    /// <summary>How it was found: GPS, DBH, DBH_HELO or Other.</summary>
    public string? Method { get; init; }

    /// <summary>How sure it is.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>When it was found; the moment of the request when the party did not say.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}

/// <summary>The point and extent of a circle or an ellipsoid: degrees and metres.</summary>
public sealed record Coordinates
{
    /// <summary>Degrees, -90 to 90.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, -180 to 180.</summary>
    public double? Longitude { get; init; }

    /// <summary>A circle's radius in metres.</summary>
    public double? Radius { get; init; }

    /// <summary>An ellipsoid's altitude.</summary>
    public double? ZAxis { get; init; }

    /// <summary>An ellipsoid's semi-major axis in metres.</summary>
    public double? SemiMajorAxis { get; init; }

    /// <summary>An ellipsoid's semi-minor axis in metres.</summary>
    public double? SemiMinorAxis { get; init; }

    /// <summary>An ellipsoid's vertical axis in metres.</summary>
    public double? VerticalAxis { get; init; }

    /// <summary>An ellipsoid's orientation in degrees.</summary>
    public double? Orientation { get; init; }
}

/// <summary>How sure a location is.</summary>
/// <param name="Pdf">The probability density: normal or uniform.</param>
/// <param name="Value">Percent, 0 to 100.</param>
public sealed record Confidence(string? Pdf, double? Value);

/// <summary>What the yaml asks of a location.</summary>
internal static class LocationRules
{
    private const string Circle = "Circle";
    private const string Ellipsoid = "Ellipsoid";

    /// <summary>The location with its moment, or null.</summary>
    /// <exception cref="Http.RefusedException">INVALID_ARGUMENT, or OUT_OF_RANGE for a number.</exception>
    public static LocationDetails? Read(LocationDetails? sent, DateTimeOffset now)
    {
        if (sent is null)
        {
            return null;
        }

        Check.Word(sent.Shape, "locationDetails.shape", Circle, Ellipsoid);
        Check.Word(sent.Method, "locationDetails.method", "GPS", "DBH", "DBH_HELO", "Other");
        Check.Word(sent.Confidence?.Pdf, "locationDetails.confidence.pdf", "normal", "uniform");
        Range(sent.Confidence?.Value, 0, 100, "locationDetails.confidence.value");
        if (sent.Coordinates is { } coordinates)
        {
            CheckCoordinates(coordinates, sent.Shape);
        }

        return sent with { Timestamp = sent.Timestamp ?? now };
    }

    private static void CheckCoordinates(Coordinates sent, string? shape)
    {
        var form = Form(sent);
        if (form is null || (shape ?? form) != form)
        {
            throw CamaraErrors.Invalid(
                "locationDetails.coordinates does not fit its shape. A Circle has latitude, longitude and radius; an "
                + "Ellipsoid latitude, longitude, zAxis, semiMajorAxis, semiMinorAxis, verticalAxis and orientation.");
        }

        Range(sent.Latitude, -90, 90, "latitude");
        Range(sent.Longitude, -180, 180, "longitude");
        Range(sent.ZAxis, double.MinValue, double.MaxValue, "zAxis");
        Range(sent.Orientation, double.MinValue, double.MaxValue, "orientation");
        Range(sent.Radius, 0, double.MaxValue, "radius");
        Range(sent.SemiMajorAxis, 0, double.MaxValue, "semiMajorAxis");
        Range(sent.SemiMinorAxis, 0, double.MaxValue, "semiMinorAxis");
        Range(sent.VerticalAxis, 0, double.MaxValue, "verticalAxis");
    }

    private static string? Form(Coordinates sent) => sent switch
    {
        { Latitude: null } or { Longitude: null } => null,
        {
            Radius: not null, ZAxis: null, SemiMajorAxis: null, SemiMinorAxis: null, VerticalAxis: null,
            Orientation: null
        } => Circle,
        {
            Radius: null, ZAxis: not null, SemiMajorAxis: not null, SemiMinorAxis: not null, VerticalAxis: not null,
            Orientation: not null
        } => Ellipsoid,
        _ => null,
    };

    // Also keeps out what JSON cannot write again: a number too large for a double reads as infinity.
    private static void Range(double? value, double from, double to, string field)
    {
        if (value is { } number && !(number >= from && number <= to))
        {
            throw CamaraErrors.OutOfRange($"{field} is out of its range.");
        }
    }
}
