using System.Net.Http.Headers;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Sends callbacks. The outbox signs them, as Standard Webhooks describes: https://www.standardwebhooks.com
/// </summary>
public sealed class CallbackSender : IOutboxSender
{
    /// <summary>The name by which events ask for it.</summary>
    public const string SenderName = "bandwidth-webrtc";

    /// <inheritdoc/>
    public string Name => SenderName;

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, told.Target)
        {
            Content = new ReadOnlyMemoryContent(told.Payload),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(told.ContentType);
        return request;
    }
}
