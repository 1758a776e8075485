using Sessions.Http.Accounts;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Who an address speaks of: the telephone number in E.164, whether it came as <c>tel:</c>, as the user of a SIP
/// address, or plain in a token; and the address itself when it holds no number.
/// </summary>
internal static class Party
{
    /// <summary>The originator who does not want to be known (RFC 3323).</summary>
    public const string Anonymous = "sip:anonymous@anonymous.invalid";

    private const string Tel = "tel:";
    private const string Sip = "sip:";

    /// <summary>The party of an address, or of a number as tokens carry it.</summary>
    public static string Of(string address)
    {
        var rest = WithoutScheme(address);
        var user = rest.IndexOf('@') is >= 0 and var at ? rest[..at] : rest;
        return IsNumber(user) ? user.ToString() : address.ToLowerInvariant();
    }

    /// <summary>Whether the party is a telephone number in E.164: + and 5 to 15 digits.</summary>
    public static bool IsNumber(ReadOnlySpan<char> party) =>
        party.Length is >= 6 and <= 16 && party[0] == '+' && !party[1..].ContainsAnyExceptInRange('0', '9');

    /// <summary>Everyone that the token speaks for.</summary>
    public static IEnumerable<string> Parties(this Caller caller) => caller.PhoneNumbers.Select(Of);

    /// <summary>Whether the token speaks for this party.</summary>
    public static bool Is(this Caller caller, string party) => caller.Parties().Contains(party);

    /// <summary>The number that the token stands for first, or null when it has none.</summary>
    public static string? FirstNumber(this Caller caller) => caller.Parties().FirstOrDefault(party => IsNumber(party));

    private static ReadOnlySpan<char> WithoutScheme(string address) =>
        address.StartsWith(Tel, StringComparison.Ordinal) || address.StartsWith(Sip, StringComparison.Ordinal)
            ? address.AsSpan(Tel.Length)
            : address;
}
