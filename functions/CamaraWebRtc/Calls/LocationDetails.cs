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
