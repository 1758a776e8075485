using System.Security.Cryptography;
using System.Text;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>How the numbers of a Service lie in the store: in the partition of their Service, by their SID.</summary>
internal static class NumberDocuments
{
    public const string Reserved = "reserved";
    public const string Free = "free";

    public static readonly DocumentKind<ProxyNumber> PhoneNumbers =
        new("twilio-proxy/phone-number", ProxyStorageJson.Default.ProxyNumber);

    public static readonly DocumentKind<ProxyNumber> ShortCodes =
        new("twilio-proxy/short-code", ProxyStorageJson.Default.ProxyNumber);

    /// <summary>The key that finds a number by its digits.</summary>
    public static string KeyOf(string number) => $"number:{number}";

    /// <summary>A phone number or a short code, whichever the document is; null for anything else.</summary>
    public static Stored<ProxyNumber>? Open(Document? document) =>
        PhoneNumbers.Open(document) ?? ShortCodes.Open(document);

    /// <summary>A SID of the account's own for a number: the same one whenever the number is added.</summary>
    public static string SidOf(string kind, Account account, string number) =>
        Sids.Of(kind, new Guid(Digest($"{account.Id}\n{number}").AsSpan(0, 16)));

    /// <summary>
    /// The digits for a SID that came without a number. No carrier is asked which number it is, so it gets one of a
    /// calling code that no country has: nobody is called by mistake.
    /// </summary>
    public static string UnknownNumberOf(string sid) => $"+999{DigitsOf(sid, 11)}";

    /// <summary>
    /// The digits for a short code that came without them; short codes never begin with 0 or 1. They are so few that
    /// another code may have the first ones, so there are always others.
    /// </summary>
    public static IEnumerable<string> UnknownShortCodesOf(string sid)
    {
        for (var text = sid; ; text += '+')
        {
            yield return $"9{DigitsOf(text, 5)}";
        }
    }

    /// <summary>The document of a number.</summary>
    public static Document Seal(Document document, DocumentKind<ProxyNumber> kind, ProxyNumber number) => document with
    {
        Lifetime = document.Lifetime with { Status = number.IsReserved ? Reserved : Free },
        Body = kind.Seal(number),
    };

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
