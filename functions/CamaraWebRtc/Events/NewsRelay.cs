using Sessions.Outbox;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Passes news on to the subscriptions of each party: one commit for each, in the party's partition, writes the event,
/// counts it, and marks the news as passed on to it, so that a repeat changes nothing.
/// </summary>
public sealed class NewsRelay(
    SubscriptionDocuments subscriptions,
    RegistrationDocuments registrations,
    IDocumentStore store,
    OutboxBell outbox) : IOutboxRelay
{
    private const string MarkKind = "camara-webrtc/passed-on";
    private const int Attempts = 5;

    // News are passed on for a day at most.
    private static readonly TimeSpan _markLives = TimeSpan.FromDays(2);

    /// <inheritdoc/>
    public string Name => News.RelayName;

    /// <inheritdoc/>
    public async ValueTask<Verdict> Pass(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation)
    {
        var news = News.Of(told);
        foreach (var party in news.Parties)
        {
            if (!await PassTo(Partitions.OfParty(told.Account, party), told, news, now, cancellation))
            {
                return Verdict.Retry;
            }
        }

        return Verdict.Taken;
    }

    // Whether it is done; not when others counted faster each time.
    private async ValueTask<bool> PassTo(
        string partition, OutboxEvent told, News news, DateTimeOffset now, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var done = true;
            foreach (var to in await Interested(partition, told, news, now, cancellation))
            {
                done &= await PassOn(to, told, news, now, cancellation);
            }

            if (done)
            {
                return true;
            }
        }

        return false;
    }

    // Whether it is done, now or before.
    private async ValueTask<bool> PassOn(
        Stored<Subscription> to, OutboxEvent told, News news, DateTimeOffset now, CancellationToken cancellation)
    {
        var (events, counted) = Tell(to, news, told.At, now);
        Write[] writes = [Mark(to, told, now), .. counted, .. events.Select(one => one.Write())];
        var result = (await store.Commit(to.Document.Partition, writes, cancellation)).OrFault();
        outbox.Ring(result.Outcome == StoreOutcome.Done ? events : []);
        return result.Outcome is StoreOutcome.Done or StoreOutcome.Conflict;
    }

    private async ValueTask<IReadOnlyList<Stored<Subscription>>> Interested(
        string partition, OutboxEvent told, News news, DateTimeOffset now, CancellationToken cancellation)
    {
        var live = await subscriptions.Live(partition, now, cancellation);
        Stored<Subscription>[] asked = [.. live.Where(found => WasThere(found, told) && AsksFor(found.Body, news))];
        if (asked is [] || news.Type != EventTypes.SessionInvitation)
        {
            return asked;
        }

        // An endpoint is called while its device is registered.
        var all = await registrations.Of(partition, now, cancellation);
        var devices = all.Where(found => found.Document.Lifetime.Open).Select(found => found.Body.DeviceId).ToHashSet();
        return [.. asked.Where(found => devices.Contains(found.Body.DeviceId))];
    }

    // What came before a subscription is no news to it; its initialEvent may have told it.
    private static bool WasThere(Stored<Subscription> subscription, OutboxEvent told) =>
        subscription.Document.Lifetime.CreatedAt <= told.At;

    private static bool AsksFor(Subscription subscription, News news) =>
        subscription.Type == news.Type && news.Type switch
        {
            EventTypes.RegistrationEnds => subscription.DeviceId == news.DeviceId,
            _ => subscription.SessionId is null || subscription.SessionId == news.Subject,
        };

    private (OutboxEvent[] Events, Write[] Counted) Tell(
        Stored<Subscription> to, News news, DateTimeOffset at, DateTimeOffset now)
    {
        var told = Notifications.Of(to, news, at);
        if (to.Body.MaxEvents is null)
        {
            return ([told], []);
        }

        var (lifetime, body) = SubscriptionRules.Count(to.Document.Lifetime, to.Body, now);
        var counted = new Write.Replace(subscriptions.Kind.Seal(to.Document, lifetime, body, now));
        return lifetime.Open
            ? ([told], [counted])
            : ([told, Notifications.Ended(to, SubscriptionRules.MaxEventsReached, news.Subject, at)], [counted]);
    }

    private static Write.Create Mark(Stored<Subscription> to, OutboxEvent told, DateTimeOffset now) => new(new()
    {
        Partition = to.Document.Partition,
        Id = $"passed-on:{told.Id}:{to.Document.Id}",
        Kind = MarkKind,
        Lifetime = new Lifetime { Status = "passed-on", Open = true, CreatedAt = now, UpdatedAt = now },
        PurgeAt = now + _markLives,
        Body = "{}"u8.ToArray(),
    });
}
