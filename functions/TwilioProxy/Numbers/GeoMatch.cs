using System.Collections.Frozen;
using System.Text.RegularExpressions;
using PhoneNumbers;

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

/// <summary>A telephone number, and what it tells by itself about where it is.</summary>
/// <param name="Text">The number, <c>+</c> and up to 15 digits.</param>
/// <param name="Country">The country (ISO 3166-1), or null when its calling code is no country's.</param>
/// <param name="Market">
/// The country that counts when numbers are matched. Where countries share a calling code outside North America, their
/// people call one another as at home: it is the main one's, as of Great Britain for Guernsey.
/// </param>
/// <param name="AreaCode">Its three-digit area code in North America, or null elsewhere.</param>
internal sealed partial record E164(string Text, string? Country, string? Market, string? AreaCode)
{
    private const int AreaCodeLength = 3;
    private const int NorthAmericanLength = 12;
    private const int NorthAmerica = 1;
    private const int RussiaAndKazakhstan = 7;

    // What the library calls a number of no country, such as a satellite's.
    private const string World = "001";

    /// <summary>The number, or null when the text is none.</summary>
    public static E164? Parse(string text) => !Form().IsMatch(text) ? null : Located(text);

    /// <summary>A name for people: as it is written in North America, else the number itself.</summary>
    public string FriendlyName =>
        AreaCode is null ? Text : $"({AreaCode}) {Text.AsSpan(5, 3)}-{Text.AsSpan(8)}";

    private static E164 Located(string text)
    {
        var (country, market) = CountriesOf(text);
        var areaCode = text[1] == '1' && text.Length == NorthAmericanLength ? text.Substring(2, AreaCodeLength) : null;
        return new(text, country, market, areaCode);
    }

    // Its tables are read when the first number comes, and not at start.
    private static (string? Country, string? Market) CountriesOf(string text)
    {
        var library = PhoneNumberUtil.GetInstance();
        try
        {
            var number = library.Parse(text, null);
            var main = Real(library.GetRegionCodeForCountryCode(number.CountryCode));
            var country = Real(library.GetRegionCodeForNumber(number)) ?? main;
            return (country, number.CountryCode is NorthAmerica or RussiaAndKazakhstan ? country : main);
        }
        catch (NumberParseException)
        {
            return (null, null);
        }
    }

    private static string? Real(string? region) => region is World ? null : region;

    [GeneratedRegex(@"^\+[1-9][0-9]{1,14}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>
/// Which area codes of the North American Numbering Plan (calling code 1) lie over one another. Source:
/// nationalnanpa.com and cnac.ca, as of 2025. A code that is not listed has no overlay.
/// </summary>
internal static class AreaCodes
{
    // One complex of codes over one area each. A code that serves two areas, such as 917, is in two of them.
    private const string Overlays = """
        201 551|202 771|203 475|205 659|208 986|209 350|210 726|212 332 646 917|718 347 917 929
        213 323 738|214 469 945 972|215 267 445|217 447|220 740|223 717|224 847|227 240 301|234 330|235 573|248 947
        256 938|270 364|272 570|274 920|279 916|281 346 621 713 832|283 513|303 720 983|304 681|305 645 786
        309 861|310 424|312 872|773 872|313 679|314 557|315 680|317 463|321 407 689|324 904|326 937|327 870
        329 845|331 630|336 743|339 781|341 510|351 978|353 608|360 564|363 516|369 707|380 614|385 801|402 531
        404 470 678 943|770 470 678 943|405 572|408 669|410 443 667|412 878|724 878|415 628|419 567|430 903
        436 440|442 760|448 850|458 541|464 708|471 662|472 910|480 602 623|484 610 835|503 971|507 924|508 774
        512 737|518 838|530 837|534 715|539 918|540 826|561 728|565 912|571 703|582 814|601 769|609 640|615 629
        617 857|618 730|619 858|624 716|631 934|656 813|657 714|682 817|686 804|702 725|704 980|706 762|732 848
        747 818|748 970|754 954|757 948|779 815|803 839|805 820|812 930|821 864|840 909|843 854|860 959|862 973
        919 984
        204 431 584|226 382 519 548|236 257 604 672 778|236 250 257 672 778|249 683 705|263 438 514|289 365 742 905
        306 474 639|343 613 753|354 450 579|367 418 581|368 403 587 825|368 587 780 825|416 437 647 942|428 506
        468 819 873|709 879|782 902
        658 876|787 939|809 829 849
        """;

    private static readonly FrozenDictionary<string, FrozenSet<string>> _overlays = Rows(Overlays)
        .SelectMany(row => row.Select(code => (Code: code, Complex: row)))
        .GroupBy(entry => entry.Code, entry => entry.Complex)
        .ToFrozenDictionary(group => group.Key, group => group.SelectMany(codes => codes).ToFrozenSet());

    /// <summary>Whether both codes serve one area; a code always overlays itself.</summary>
    public static bool Overlay(string one, string other) =>
        one == other || (_overlays.TryGetValue(one, out var complex) && complex.Contains(other));

    private static IEnumerable<string[]> Rows(string table) =>
        table.Split(['|', '\n'], StringSplitOptions.TrimEntries).Select(row => row.Split(' '));
}
