using System.Security.Cryptography;
using System.Text;

namespace Sessions.Http.Accounts;

/// <summary>An account's signing secret. Prints as nothing, so that it cannot slip into a log.</summary>
public sealed class SigningKey(string secret)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    /// <summary>The secret's UTF-8 bytes, for the signatures whose form a vendor has fixed.</summary>
    public ReadOnlySpan<byte> Secret => _secret;

    /// <summary>HMAC-SHA256 over a text of ours; the purpose keeps one use from passing for another.</summary>
    public byte[] Sign(string purpose, ReadOnlySpan<byte> message)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hmac.AppendData(Encoding.UTF8.GetBytes(purpose));
        hmac.AppendData([0]);
        hmac.AppendData(message);
        return hmac.GetHashAndReset();
    }

    /// <inheritdoc/>
    public override string ToString() => "";
}
