using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>What is stored of a phone number or short code in a Service's pool.</summary>
/// <param name="Number">The number in E.164, or the digits of a short code.</param>
/// <param name="FriendlyName">A name for people, or null.</param>
/// <param name="IsoCountry">Its country (ISO 3166-1), or null when that cannot be told.</param>
/// <param name="IsReserved">Whether it is kept from the numbers that are chosen automatically.</param>
public sealed record ProxyNumber(string Number, string? FriendlyName, string? IsoCountry, bool IsReserved)
{
    /// <summary>What it can carry, as the carrier says; null when none was asked.</summary>
    public Carries? Carries { get; init; }
}

/// <summary>How the numbers of a Service are stored: in the partition of their Service, by their SID.</summary>
public sealed class NumberKind(string name) : Kind<ProxyNumber>(name, () => ProxyStorageJson.Default.ProxyNumber)
{
    /// <summary>The kind of phone numbers, as documents carry it.</summary>
    internal const string PhoneNumbers = "twilio-proxy/phone-number";

    /// <summary>The kind of short codes, as documents carry it.</summary>
    internal const string ShortCodes = "twilio-proxy/short-code";

    private const string Reserved = "reserved";
    private const string Free = "free";

    /// <inheritdoc/>
    public override string SeenAs => PhoneNumbers;

    /// <summary>Whether they take messages only.</summary>
    internal bool AreShortCodes => Name == ShortCodes;

    /// <summary>The key that finds a number by its digits.</summary>
    internal static string KeyOf(string number) => $"number:{number}";

    /// <summary>What lists of reserved numbers, or of the others, are narrowed down by.</summary>
    internal static string IndexOf(bool reserved) => reserved ? Reserved : Free;

    /// <inheritdoc/>
    protected override string? KeyOf(State<ProxyNumber> state) => KeyOf(state.Body.Number);

    /// <inheritdoc/>
    protected override string? IndexOf(State<ProxyNumber> state) => IndexOf(state.Body.IsReserved);
}

/// <summary>Both kinds of numbers.</summary>
public sealed class NumberKinds
{
    /// <summary>Phone numbers.</summary>
    internal NumberKind PhoneNumbers { get; } = new(NumberKind.PhoneNumbers);

    /// <summary>Short codes.</summary>
    internal NumberKind ShortCodes { get; } = new(NumberKind.ShortCodes);

    /// <summary>The kind of a number, by its SID or its digits.</summary>
    internal NumberKind Of(string name) =>
        name.StartsWith('+') || Sids.Is(Sids.PhoneNumber, name) ? PhoneNumbers : ShortCodes;
}

/// <summary>The SIDs and digits of numbers that came without.</summary>
internal static class MadeUp
{
    /// <summary>The SID of a number on this wire, which a carrier of another kind may call by a UUID.</summary>
    public static string SidOf(Account account, CarrierNumber number) =>
        Sids.Shown(Sids.PhoneNumber, number.Sid) is var sid && Sids.Is(Sids.PhoneNumber, sid) ? sid
        : SidOf(Sids.PhoneNumber, account, number.Digits);

    /// <summary>A SID of the account's own for a number: the same one whenever the number is added.</summary>
    public static string SidOf(string kind, Account account, string number) =>
        Sids.Of(kind, new Guid(Digest($"{account.Id}\n{number}").AsSpan(0, 16)));

    /// <summary>
    /// Whether a number was made up for a SID that came alone, as was done before: of a calling code that no country
    /// has. Such a number stays in its pool and is nobody's to be given.
    /// </summary>
    public static bool IsMadeUp(string number) => number.StartsWith("+999", StringComparison.Ordinal);

    /// <summary>
    /// The digits for a short code that came without them; short codes never begin with 0 or 1. They are so few that
    /// another code may have the first ones, so there are always others.
    /// </summary>
    public static IEnumerable<string> ShortCodesOf(string sid)
    {
        for (var text = sid; ; text += '+')
        {
            yield return $"9{DigitsOf(text, 5)}";
        }
    }

    private static string DigitsOf(string text, int count)
    {
        var digest = Digest(text);
        return string.Create(count, digest, (digits, bytes) =>
        {
            for (var i = 0; i < digits.Length; i++)
            {
                digits[i] = (char)('0' + (bytes[i] % 10));
            }
        });
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
