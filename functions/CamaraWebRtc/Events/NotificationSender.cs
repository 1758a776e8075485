using System.Net.Http.Headers;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>Sends events to sinks: CloudEvents over HTTP, with the sink's bearer token when it gave one.</summary>
public sealed class NotificationSender : IOutboxSender
{
    /// <inheritdoc/>
    public string Name => Notifications.SenderName;

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, told.Target)
        {
            Content = new ReadOnlyMemoryContent(told.Payload),
        };
        request.Content.Headers.ContentType = new(told.ContentType);
        if (told.Properties.TryGetValue(Notifications.AccessToken, out var token))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }
}
