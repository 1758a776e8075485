using System.Text.RegularExpressions;

namespace Sessions.TwilioProxy;

/// <summary>A telephone number, and what it tells by itself about where it is.</summary>
/// <param name="Text">The number, <c>+</c> and up to 15 digits.</param>
/// <param name="Country">The country (ISO 3166-1), or null when its calling code is not assigned.</param>
/// <param name="AreaCode">Its three-digit area code in North America, or null elsewhere.</param>
internal sealed partial record E164(string Text, string? Country, string? AreaCode)
{
    private const int AreaCodeLength = 3;
    private const int NorthAmericanLength = 12;

    /// <summary>The number, or null when the text is none.</summary>
    public static E164? Parse(string text) => !Form().IsMatch(text) ? null : Located(text);

    /// <summary>A name for people: as it is written in North America, else the number itself.</summary>
    public string FriendlyName =>
        AreaCode is null ? Text : $"({AreaCode}) {Text.AsSpan(5, 3)}-{Text.AsSpan(8)}";

    private static E164 Located(string text)
    {
        if (text[1] != '1')
        {
            return new(text, CallingCodes.CountryOf(text.AsSpan(1)), null);
        }

        var areaCode = text.Length == NorthAmericanLength ? text.Substring(2, AreaCodeLength) : null;
        return new(text, areaCode is null ? "US" : AreaCodes.CountryOf(areaCode), areaCode);
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{1,14}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
