using System.Security.Cryptography;
using System.Text;
using Sessions.Configuration;

namespace Sessions.Http.Accounts;

/// <summary>A secret as it is kept: its SHA-256. Two are compared in a time that tells nothing.</summary>
public sealed class SecretDigest
{
    private const string Prefix = "sha256:";
    private readonly byte[] _digest;

    private SecretDigest(byte[] digest) => _digest = digest;

    /// <summary>A digest that nothing matches, to spend on an unknown user what a known one costs.</summary>
    public static SecretDigest None { get; } = new(new byte[SHA256.HashSizeInBytes]);

    /// <summary>The digest in hexadecimal.</summary>
    public string Hex => Convert.ToHexString(_digest);

    /// <summary>A configured secret, plain or as <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="SettingsException">A digest that is not well formed.</exception>
    public static SecretDigest Parse(string configured, string key)
    {
        if (!IsDigest(configured))
        {
            return Of(configured);
        }

        var hex = configured[Prefix.Length..];
        return hex.Length == 2 * SHA256.HashSizeInBytes && hex.All(char.IsAsciiHexDigit)
            ? new(Convert.FromHexString(hex))
            : throw SettingsException.For(key, holds: null, "be plain, or sha256: and 64 hexadecimal digits");
    }

    /// <summary>Whether a configured secret is a digest, which can check but not sign.</summary>
    public static bool IsDigest(string configured) => configured.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The digest of a secret as a caller sent it.</summary>
    public static SecretDigest Of(string secret) => new(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether both are of the same secret.</summary>
    public bool Matches(SecretDigest other) => CryptographicOperations.FixedTimeEquals(_digest, other._digest);
}
