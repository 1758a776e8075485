using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sessions.Engine;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>An event for one subscription.</summary>
/// <param name="Event">As it is told.</param>
/// <param name="Sent">On its way to the sink; null when there is none.</param>
internal sealed record Notification(CloudEvent Event, OutboxEvent? Sent);

/// <summary>What one subscription is told.</summary>
internal static class Notifications
{
    /// <summary>The property of an event that holds the sink's token.</summary>
    public const string AccessToken = "accessToken";

    public const string SenderName = "camara-webrtc/notification";

    /// <summary>News, for one subscription that asked for such.</summary>
    public static Notification Of(State<Subscription> to, News news, DateTimeOffset at)
    {
        var place = news.Sequence.ToString(CultureInfo.InvariantCulture);
        var generation = Generations.Named(to.Body.Generation);
        var source = news.Type == EventTypes.RegistrationEnds
            ? generation.RegistrationAt(news.Subject)
            : generation.CallAt(news.Subject);
        var data = generation.HasClientCorrelator ? news.Data : news.Data with { ClientCorrelator = null };
        return Event(to, news.Type, source, news.Subject, place, data, at, 0);
    }

    /// <summary>That a subscription has ended; nobody has to ask for that.</summary>
    /// <param name="to">The subscription.</param>
    /// <param name="reason">Why, in the yaml's words.</param>
    /// <param name="stream">The call whose event was the last, to come after it; else the subscription itself.</param>
    /// <param name="at">When.</param>
    public static Notification Ended(State<Subscription> to, string reason, string? stream, DateTimeOffset at)
    {
        var id = to.Id;
        var data = new EventData { TerminationReason = reason, TerminationDescription = "The subscription has ended." };
        var source = Generations.Named(to.Body.Generation).SubscriptionAt(id);
        return Event(to, EventTypes.SubscriptionEnded, source, stream ?? id, "ended", data, at, 1);
    }

    private static Notification Event(
        State<Subscription> to,
        string type,
        string source,
        string stream,
        string place,
        EventData data,
        DateTimeOffset at,
        int order)
    {
        var id = IdOf(to.Id, stream, place);
        var told = new CloudEvent(id, source, type, at, data with { SubscriptionId = to.Id });
        return new(told, to.Body.Sink is { } sink ? Sent(to, told, new(sink), stream, order) : null);
    }

    private static OutboxEvent Sent(
        State<Subscription> to, CloudEvent told, Uri sink, string stream, int order) => new()
        {
            Id = told.Id,
            Partition = to.Partition,
            Account = to.Account,
            Stream = stream,
            Sender = SenderName,
            Target = sink,
            ContentType = CloudEvent.MediaType,
            Payload = JsonSerializer.SerializeToUtf8Bytes(told, CamaraJson.Wire.CloudEvent),
            Properties = to.Body.AccessToken is { } token
                ? new Dictionary<string, string> { [AccessToken] = token }
                : [],
            At = told.Time,
            Order = order,
        };

    // The same event to the same subscription has the same id, however often it is passed on.
    private static string IdOf(params ReadOnlySpan<string> parts)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', parts)));
        return Convert.ToHexStringLower(digest.AsSpan(0, 16));
    }
}

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
