using Sessions.Lifecycle;

namespace Sessions.Engine;

/// <summary>
/// What sessions are found by beside their ids. An index holds digests under a key of the account alone, so that nobody
/// reads a number or a name there.
/// </summary>
public abstract class TermKeys
{
    private const int FewestDigits = 5;
    private const int MostDigits = 15;

    /// <summary>The term of a name.</summary>
    public string OfName(string account, string name) => "n" + ShortId.Text(Digest(account, "find-name", Plain(name)));

    /// <summary>The term of a telephone number; null for what is none.</summary>
    public string? OfNumber(string account, string number) => DigitsOf(number) is { } digits
        ? "t" + ShortId.Text(Digest(account, "find-number", digits))
        : null;

    /// <summary>A digest under the account's key.</summary>
    protected abstract byte[] Digest(string account, string purpose, string text);

    private static string Plain(string name) => name.Trim().ToUpperInvariant();

    // Of tel:+1-415-555-0001, sip:+14155550001@example.com and (415) 555-0001 the digits.
    private static string? DigitsOf(string number)
    {
        var start = number.IndexOf(':', StringComparison.Ordinal) + 1;
        var end = number.IndexOf('@', start);
        var user = (end < 0 ? number[start..] : number[start..end]).TrimStart().TrimStart('+');
        var digits = string.Concat(user.Where(letter => !" -().\u00a0".Contains(letter)));
        return digits.Length is >= FewestDigits and <= MostDigits && digits.All(char.IsAsciiDigit) ? digits : null;
    }
}
