using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Sessions.Http.Accounts;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Sends callbacks, signed with the account's signing secret as Standard Webhooks describes:
/// https://www.standardwebhooks.com
/// </summary>
public sealed class CallbackSender(Credentials credentials) : IOutboxSender
{
    /// <summary>The name by which events ask for it.</summary>
    public const string SenderName = "bandwidth-webrtc";

    /// <inheritdoc/>
    public string Name => SenderName;

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, told.Target)
        {
            Content = new ReadOnlyMemoryContent(told.Payload),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(told.ContentType);
        request.Headers.Add("Webhook-Timestamp", timestamp);
        request.Headers.Add("Webhook-Signature", $"v1,{Sign(told, timestamp)}");
        return request;
    }

    private string Sign(OutboxEvent told, string timestamp)
    {
        var account = credentials.Accounts.First(account => account.Id == told.Account);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{told.Id}.{timestamp}."), .. told.Payload.Span];
        return Convert.ToBase64String(HMACSHA256.HashData(account.SigningKey.Secret, signed));
    }
}
