using Sessions.Http.Outbox;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Passes news on to the subscriptions of each party: one commit in the party's partition writes the events for all of
/// them, counts them, and marks the news as passed on, so that a repeat changes nothing.
/// </summary>
public sealed class NewsRelay(
    SubscriptionDocuments subscriptions,
    RegistrationDocuments registrations,
    IDocumentStore store,
    Outbox outbox) : IOutboxRelay
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
            var interested = await Interested(partition, told, news, now, cancellation);
            if (interested.Count == 0)
            {
                return true;
            }

            Told[] all = [.. interested.Select(to => Tell(to, news, told.At, now))];
            Write[] writes = [Mark(partition, told, now), .. all.SelectMany(one => one.Writes)];
            var outcome = (await store.Commit(partition, writes, cancellation)).OrFault().Outcome;
            if (outcome == StoreOutcome.Done)
            {
                outbox.Committed(all.SelectMany(one => one.Events));
            }

            if (outcome is StoreOutcome.Done or StoreOutcome.Conflict)
            {
                return true;
            }
        }

        return false;
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

    private Told Tell(Stored<Subscription> to, News news, DateTimeOffset at, DateTimeOffset now)
    {
        var told = Notifications.Of(to, news, at);
        if (to.Body.MaxEvents is null)
        {
            return new([told], [told.Write()]);
        }

        var (lifetime, body) = SubscriptionRules.Count(to.Document.Lifetime, to.Body, now);
        OutboxEvent[] events = lifetime.Open
            ? [told]
            : [told, Notifications.Ended(to, SubscriptionRules.MaxEventsReached, news.Subject, at)];
        var counted = new Write.Replace(subscriptions.Kind.Seal(to.Document, lifetime, body, now));
        return new(events, [counted, .. events.Select(one => one.Write())]);
    }

    private static Write.Create Mark(string partition, OutboxEvent told, DateTimeOffset now) => new(new()
    {
        Partition = partition,
        Id = $"passed-on:{told.Id}",
        Kind = MarkKind,
        Lifetime = new Lifetime { Status = "passed-on", Open = true, CreatedAt = now, UpdatedAt = now },
        PurgeAt = now + _markLives,
        Body = "{}"u8.ToArray(),
    });

    private sealed record Told(IReadOnlyList<OutboxEvent> Events, IReadOnlyList<Write> Writes);
}
