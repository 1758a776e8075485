using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sessions.Outbox;

/// <summary>
/// The headers by which any target can tell that an event is ours and new, whatever else its vendor signs:
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
/// </summary>
internal sealed class StandardWebhooks(IEventKeys keys)
{
    private const string Id = "Webhook-Id";
    private const string Timestamp = "Webhook-Timestamp";
    private const string Signature = "Webhook-Signature";

    /// <summary>Adds them. An account that is configured no more has nothing to sign with.</summary>
    public void Sign(HttpRequestMessage request, OutboxEvent told, DateTimeOffset now)
    {
        request.Headers.TryAddWithoutValidation(Id, told.Id);
        var key = keys.Of(told.Account);
        if (key.IsEmpty)
        {
            return;
        }

        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.ASCII.GetBytes($"{told.Id}.{timestamp}."));
        hmac.AppendData(told.Payload.Span);
        request.Headers.Add(Timestamp, timestamp);
        request.Headers.Add(Signature, $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}");
    }
}

/// <summary>What events are signed with.</summary>
public interface IEventKeys
{
    /// <summary>The account's signing secret; empty for an account that is not known.</summary>
    ReadOnlySpan<byte> Of(string account);
}
