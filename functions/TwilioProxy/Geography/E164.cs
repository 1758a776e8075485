using System.Text.RegularExpressions;
using PhoneNumbers;

namespace Sessions.TwilioProxy;

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
