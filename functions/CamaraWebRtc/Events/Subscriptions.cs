using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Makes and ends subscriptions.</summary>
public sealed class Subscriptions(
    SubscriptionDocuments subscriptions,
    RegistrationDocuments registrations,
    CallDocuments calls,
    OwnDocuments own,
    IDocumentStore store,
    OutboxBell outbox)
{
    /// <summary>Makes one for a registered device of the caller's, and perhaps for one of the caller's calls.</summary>
    internal async ValueTask<Document> Subscribe(Exchange exchange, NewSubscription wanted)
    {
        var registration = await RegistrationOf(exchange, wanted) ?? throw Mismatch();
        var asked = wanted.SessionId is null ? null : await CallOf(exchange, wanted.SessionId) ?? throw Mismatch();
        var partition = registration.Document.Partition;
        await CheckRoom(exchange, partition);
        var document = subscriptions.New(exchange, partition, BodyOf(wanted, registration));
        var (begun, events) = Begin(document with { RequestHash = await exchange.RequestHash() }, asked, exchange.Now);
        var created = await store.Create(begun, [.. events.Select(one => one.Write())], exchange.Aborted);
        outbox.Ring(created.Replayed ? [] : events);
        return created.Document!;
    }

    /// <summary>Ends one, and tells its sink.</summary>
    internal async ValueTask Unsubscribe(Exchange exchange, string id)
    {
        var partition = await own.PartitionOf(exchange, id) ?? throw CamaraErrors.NotFound();
        var changed = await store.Change<OutboxEvent?>(partition, id, document =>
        {
            var found = subscriptions.Kind.Open(document, exchange.Now) ?? throw CamaraErrors.NotFound();
            exchange.Request.RequireMatch(found.Version);
            var gone = new Write.Delete(id, found.Document.ETag);
            var told = found.Document.Lifetime.Open ? SubscriptionEnd.ByOwner(found, exchange.Now) : null;
            return new(told is null ? [gone] : [gone, told.Write()], told);
        }, exchange.Aborted);
        outbox.Ring(changed.Value is { } ended ? [ended] : []);
    }

    private async ValueTask<Stored<Registration>?> RegistrationOf(Exchange exchange, NewSubscription wanted)
    {
        if (wanted.RegistrationId is not { } id)
        {
            return await registrations.LiveOfDevice(exchange, wanted.DeviceId!) is [var first, ..] ? first : null;
        }

        var found = await registrations.FindLive(exchange, id);
        return wanted.DeviceId is null || found?.Body.DeviceId == wanted.DeviceId ? found : null;
    }

    private async ValueTask<Stored<MediaSession>?> CallOf(Exchange exchange, string id)
    {
        var read = CallDocuments.IsId(id)
            ? (await store.Read(Partitions.OfCall(exchange.Account, id), id, exchange.Aborted)).OrNull()
            : null;
        var found = calls.Kind.Open(read, exchange.Now);
        return found is not null && found.Body.IsOf(exchange.Caller) ? found : null;
    }

    private async ValueTask CheckRoom(Exchange exchange, string partition)
    {
        var live = await subscriptions.Live(partition, exchange.Now, exchange.Aborted);
        if (live.Count >= SubscriptionRules.MaxPerNumber)
        {
            throw CamaraErrors.Error(
                429, "QUOTA_EXCEEDED", $"A number has at most {SubscriptionRules.MaxPerNumber} live subscriptions.");
        }
    }

    // With initialEvent, one that asks about a call is told how it stands; nothing else has a present state to tell.
    private (Document Document, OutboxEvent[] Events) Begin(
        Document document, Stored<MediaSession>? asked, DateTimeOffset now)
    {
        var subscription = subscriptions.Kind.Open(document, now)!;
        if (asked is null || subscription.Body is not { InitialEvent: true, Type: EventTypes.SessionStatus })
        {
            return (document, []);
        }

        var (lifetime, body) = SubscriptionRules.Count(document.Lifetime, subscription.Body, now);
        var first = Notifications.Of(subscription, CallNews.Snapshot(asked), now);
        return (
            subscriptions.Kind.Seal(document, lifetime, body, now),
            lifetime.Open
                ? [first]
                : [first, Notifications.Ended(
                    subscription, SubscriptionRules.MaxEventsReached, asked.Document.Id, now)]);
    }

    private static Subscription BodyOf(NewSubscription wanted, Stored<Registration> registration) => new()
    {
        Type = wanted.Type,
        Sink = wanted.Sink,
        AccessToken = wanted.AccessToken,
        AccessTokenEnd = wanted.AccessTokenEnd,
        RegistrationId = registration.Document.Id,
        DeviceId = registration.Body.DeviceId,
        SessionId = wanted.SessionId,
        ExpireTime = wanted.Config.SubscriptionExpireTime,
        MaxEvents = wanted.Config.SubscriptionMaxEvents,
        InitialEvent = wanted.Config.InitialEvent,
    };

    private static RefusedException Mismatch() => CamaraErrors.Error(
        403, "SUBSCRIPTION_MISMATCH", "Inconsistent access token for requested events subscription");
}
