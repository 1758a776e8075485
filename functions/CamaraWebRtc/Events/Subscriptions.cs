using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Streams;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What can be done with subscriptions. Source: webrtc-events.yaml</summary>
public sealed class Subscriptions(
    SubscriptionKind kind,
    Registrations registrations,
    Calls calls,
    OwnThings own,
    Reader reader,
    Changes changes,
    WriteSignals signals,
    IDocumentStore store)
{
    // More than can live at once: those whose time ran out may still be there for a minute.
    private const int ListSize = 100;

    /// <summary>The live subscriptions of a number, newest first.</summary>
    internal async ValueTask<IReadOnlyList<State<Subscription>>> Live(
        string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        var query = new ListQuery(partition, kind.Name, ListSize) { Index = SubscriptionRules.Active };
        return [.. (await reader.List(kind, query, now, cancellation)).Where(found => found.Lifetime.Open)];
    }

    /// <summary>A subscription of the caller's, one that ended by itself too.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    internal async ValueTask<State<Subscription>> Find(Exchange exchange, string id) =>
        await own.Find(kind, exchange, id, exchange.Now) ?? throw CamaraErrors.NotFound();

    /// <summary>Subscribes a sink.</summary>
    /// <exception cref="RefusedException">SUBSCRIPTION_MISMATCH, QUOTA_EXCEEDED.</exception>
    internal async ValueTask<State<Subscription>> Subscribe(
        Exchange exchange, NewSubscription wanted, Generation generation)
    {
        var registration = await RegistrationOf(exchange, wanted) ?? throw Mismatch();
        var partition = registration.Partition;
        var body = BodyOf(wanted, generation, registration);
        State<MediaSession>? asked = null;
        var subject = new Subject<int, Subscription>(kind, partition, async now =>
        {
            asked = await Asked(exchange, wanted, registration, now);
            return (await Live(partition, now, exchange.Aborted)).Count;
        })
        {
            Lane = kind.Name,
            Along = wanted.IsToldAtOnce ? AsItStands(exchange, wanted.SessionId!, () => asked!) : null,
            MadeBefore = async () => (await store.Read(
                partition, OwnThings.Marked(exchange.IdOfBefore(partition), partition), exchange.Aborted)).OrNull(),
        };
        return await changes.Change(await exchange.Command(), subject, (live, now) =>
            live < SubscriptionRules.MaxPerNumber
                ? SubscriptionRules.Begin(
                    kind.New(
                        registration.Account,
                        partition,
                        own.NewId(partition),
                        body,
                        SubscriptionRules.Start(body, now)),
                    asked,
                    registration.Body.PhoneNumber,
                    now)
                : throw CamaraErrors.Error(
                    429,
                    "QUOTA_EXCEEDED",
                    $"A number has at most {SubscriptionRules.MaxPerNumber} live subscriptions."));
    }

    /// <summary>Changes a live subscription.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    internal async ValueTask<State<Subscription>> Update(Exchange exchange, string id, SubscriptionUpdate update) =>
        await changes.Change(await exchange.Command(), await own.PlaceOf(kind, exchange, id), (found, now) =>
            SubscriptionRules.Update(
                found is { Lifetime.Open: true } live ? live : throw CamaraErrors.NotFound(), update, now));

    /// <summary>A subscription whose events are kept, for who reads them as a stream.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    internal async ValueTask<State<Subscription>> Follow(Exchange exchange, string id)
    {
        var found = await Find(exchange, id);
        return found.Body.IsFollowed || !found.Lifetime.Open
            ? found
            : await changes.Change(
                new(exchange.Now, exchange.Aborted),
                kind.At(found.Partition, found.Id),
                (live, now) => SubscriptionRules.Follow(live ?? throw CamaraErrors.NotFound(), now));
    }

    /// <summary>Ends a subscription.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    internal async ValueTask Unsubscribe(Exchange exchange, string id)
    {
        var place = await own.PlaceOf(kind, exchange, id);
        await changes.Remove(await exchange.Command(), place, (found, now) =>
            SubscriptionRules.Remove(found ?? throw CamaraErrors.NotFound(), now));
        signals.Tell(place.Partition);
    }

    // The call that it asks about, or null for all of the number.
    private async ValueTask<State<MediaSession>?> Asked(
        Exchange exchange, NewSubscription wanted, State<Registration> registration, DateTimeOffset now) =>
        wanted.SessionId is not { } id ? null
        : await calls.Find(exchange, id, now) is { } call && call.Body.IsOf(registration.Body.PhoneNumber) ? call
        : throw Mismatch();

    // Nobody else may listen to the call: what comes between its being read and the subscription would be told nobody.
    private Along<Subscription> AsItStands(Exchange exchange, string call, Func<State<MediaSession>> asked) => new(
        calls.LaneOf(exchange, call),
        (decision, _) => ValueTask.FromResult(new Consequence<Subscription>(
            decision,
            asked().Partition,
            Decision.Keep(asked()).AndWrite(new Write.Require(asked().Id, asked().Origin!.ETag)))),
        _ => { });

    private async ValueTask<State<Registration>?> RegistrationOf(Exchange exchange, NewSubscription wanted)
    {
        if (wanted.RegistrationId is not { } id)
        {
            return await registrations.LiveOfDevice(exchange, wanted.DeviceId!) is [var first, ..] ? first : null;
        }

        var found = await registrations.FindLive(exchange, id, exchange.Now);
        return wanted.DeviceId is null || found?.Body.DeviceId == wanted.DeviceId ? found : null;
    }

    private static Subscription BodyOf(
        NewSubscription wanted, Generation generation, State<Registration> registration) => new()
    {
        Type = wanted.Types[0],
        MoreTypes = wanted.Types is [_] ? null : [.. wanted.Types.Skip(1)],
        Generation = generation.Name,
        Sink = wanted.Sink?.Text,
        Settings = wanted.Settings,
        AccessToken = wanted.Token?.Token,
        AccessTokenEnd = wanted.Token?.End,
        RegistrationId = registration.Id,
        DeviceId = registration.Body.DeviceId,
        SessionId = wanted.SessionId,
        ExpireTime = wanted.Config.SubscriptionExpireTime,
        MaxEvents = wanted.Config.SubscriptionMaxEvents,
        InitialEvent = wanted.Config.InitialEvent,
    };

    private static RefusedException Mismatch() => CamaraErrors.Error(
        403, "SUBSCRIPTION_MISMATCH", "Inconsistent access token for requested events subscription");
}
