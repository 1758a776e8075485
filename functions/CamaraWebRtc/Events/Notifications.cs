using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;
using Sessions.Storage;

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

    /// <summary>The property that holds the subscription's id.</summary>
    public const string SubscriptionId = "subscriptionId";

    /// <summary>The property of an invitation that holds its call's id.</summary>
    public const string InvitesTo = "invitesTo";

    /// <summary>What the properties begin with that are headers for the sink.</summary>
    public const string Header = "header:";

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
        var call = news.Call;
        var told = Event(to, news.Type, source, news.Subject, call, place, data, at, 0);
        return news.Type != EventTypes.SessionInvitation || told.Sent is not { } sent ? told : told with
        {
            Sent = sent with
            {
                Until = news.Until,
                LongestPause = Haste.PauseUntil(news.Until),
                Properties = new Dictionary<string, string>(sent.Properties) { [InvitesTo] = news.Subject },
            },
        };
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
        return Event(to, EventTypes.SubscriptionEnded, source, stream ?? id, stream, "ended", data, at, 1);
    }

    private static Notification Event(
        State<Subscription> to,
        string type,
        string source,
        string stream,
        string? call,
        string place,
        EventData data,
        DateTimeOffset at,
        int order)
    {
        var id = IdOf(to.Id, stream, place);
        var word = EventTypes.In(Generations.Named(to.Body.Generation), type);
        var told = new CloudEvent(id, source, word, at, data with { SubscriptionId = to.Id });
        return new(told, to.Body.Sink is { } sink ? Sent(to, told, new(sink), stream, call, order) : null);
    }

    private static OutboxEvent Sent(
        State<Subscription> to, CloudEvent told, Uri sink, string stream, string? call, int order) => new()
        {
            Id = told.Id,
            Partition = to.Partition,
            Account = to.Account,
            Stream = stream,
            Session = call is null ? null : ShortId.Of(MediaSessionKind.KindName, call),
            Sender = SenderName,
            Target = sink,
            ContentType = CloudEvent.MediaType,
            Payload = JsonSerializer.SerializeToUtf8Bytes(told, CamaraJson.Wire.CloudEvent),
            Properties = Properties(to),
            At = told.Time,
            Order = order,
        };

    private static Dictionary<string, string> Properties(State<Subscription> to)
    {
        var properties = new Dictionary<string, string> { [SubscriptionId] = to.Id };
        if (to.Body.AccessToken is { } token)
        {
            properties[AccessToken] = token;
        }

        foreach (var (name, value) in to.Body.Settings?.Headers ?? new Dictionary<string, string?>())
        {
            properties[Header + name] = value!;
        }

        return properties;
    }

    // The same event to the same subscription has the same id, however often it is passed on.
    private static string IdOf(params ReadOnlySpan<string> parts) => Partitions.Digest(string.Join(' ', parts));
}

/// <summary>
/// Sends events to sinks: CloudEvents over HTTP, with the sink's bearer token when it gave one, and the headers that
/// the subscription asked for.
/// </summary>
public sealed class NotificationSender(
    SubscriptionKind subscriptions, Invitations invitations, Reader reader, OutboxSettings outbox) : IOutboxSender
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
        foreach (var (name, value) in told.Properties)
        {
            if (name.StartsWith(Notifications.Header, StringComparison.Ordinal))
            {
                request.Headers.TryAddWithoutValidation(name[Notifications.Header.Length..], value);
            }
        }

        request.Headers.Add(Correlator.Header, told.Id);
        if (told.Properties.TryGetValue(Notifications.AccessToken, out var token))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsWanted(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation) =>
        !told.Properties.TryGetValue(Notifications.InvitesTo, out var call)
        || await invitations.IsWanted(told, call, now, cancellation);

    /// <summary>A sink that says that it is gone ends its subscription. It could not be told of that.</summary>
    public async ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation) =>
        verdict is Verdict.Gone
        && told.Properties.TryGetValue(Notifications.SubscriptionId, out var id)
        && await reader.Find(subscriptions, told.Partition, id, now, cancellation) is { Lifetime.Open: true } live
            ? new Draft(SubscriptionRules.SinkGone(live, now), null, overOld: false, now, outbox.FirstLease).Writes
            : [];
}

/// <summary>Invitations are for a call that rings: one that comes late lets a device ring for nobody.</summary>
public sealed class Invitations(MediaSessionKind calls, Reader reader)
{
    // What is as young as this and has not been tried yet goes out unasked, or each call would be read for each sink.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);

    /// <summary>Whether the call still waits for an answer, as far as that has to be asked.</summary>
    internal async ValueTask<bool> IsWanted(
        OutboxEvent told, string call, DateTimeOffset now, CancellationToken cancellation) =>
        (told.Attempts <= 1 && now - told.At < _fresh)
        || (calls.Of(told.Account, call) is { } place
            && await reader.Find(calls, place.Partition, place.Id, now, cancellation) is { } found
            && CallTable.IsWaiting(found.Lifetime));
}

/// <summary>How soon events are tried again that are worth nothing after some moment.</summary>
internal static class Haste
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two attempts; null when there is no such moment.</summary>
    public static TimeSpan? PauseUntil(DateTimeOffset? end) => end is null ? null : _longestPause;
}
