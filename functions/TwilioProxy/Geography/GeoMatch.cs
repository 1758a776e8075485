namespace Sessions.TwilioProxy;

/// <summary>
/// How near a proxy number must be to a participant's, by what both numbers tell by themselves. Finer levels than the
/// country exist in North America only, as with Twilio; elsewhere they mean the country.
/// </summary>
internal static class GeoMatch
{
    public const string Country = "country";
    public const string Overlay = "overlay";
    public const string Radius = "radius";
    public const string AreaCode = "area-code";
    public const string ExtendedAreaCode = "extended-area-code";

    /// <summary>All levels.</summary>
    public static readonly string[] Levels = [AreaCode, ExtendedAreaCode, Overlay, Radius, Country];

    /// <summary>Whether a proxy number is near enough.</summary>
    /// <param name="level">The Service's level. A distance cannot be told from numbers: radius and
    /// extended-area-code mean overlay.</param>
    /// <param name="participant">The participant's number; null when it has none, which every number suits.</param>
    /// <param name="proxy">The proxy number.</param>
    public static bool Suits(string level, E164? participant, E164 proxy) =>
        participant is null
        || (SameCountry(participant, proxy) && (participant.AreaCode is not { } code || level switch
        {
            AreaCode => proxy.AreaCode == code,
            Overlay or Radius or ExtendedAreaCode => proxy.AreaCode is { } other && AreaCodes.Overlay(code, other),
            _ => true,
        }));

    /// <summary>Whether both are in one country that can be told.</summary>
    public static bool SameCountry(E164 one, E164 other) => one.Market is { } market && market == other.Market;
}
