using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>
/// <c>X-Twilio-Signature</c>: HMAC-SHA1, in base64, over the URL and after it the name and value of every field in
/// their order. Source: https://www.twilio.com/docs/usage/security#validating-requests
/// </summary>
internal static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    /// <summary>The signature of a request.</summary>
    /// <param name="key">The account's key.</param>
    /// <param name="url">The URL as the sender wrote it, with its query.</param>
    /// <param name="form">The fields of the body.</param>
    public static string Of(SigningKey key, string url, Form form) => Convert.ToBase64String(Compute(key, url, form));

    /// <summary>Whether a request was signed with the account's key.</summary>
    public static bool Matches(string signature, SigningKey key, string url, Form form)
    {
        Span<byte> given = stackalloc byte[HMACSHA1.HashSizeInBytes];
        return Convert.TryFromBase64String(signature, given, out var length)
            && length == HMACSHA1.HashSizeInBytes
            && CryptographicOperations.FixedTimeEquals(given, Compute(key, url, form));
    }

    [SuppressMessage("Security", "CA5350", Justification = "Twilio's signature is HMAC-SHA1, and clients check it.")]
    private static byte[] Compute(SigningKey key, string url, Form form)
    {
        var text = new StringBuilder(url);
        foreach (var (name, values) in form.Fields.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                text.Append(name).Append(value);
            }
        }

        return HMACSHA1.HashData(key.Secret, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
