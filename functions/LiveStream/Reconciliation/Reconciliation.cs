using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>The timer that keeps live sessions in step with LiveKit.</summary>
public sealed class ReconciliationFunctions(Reconciliation reconciliation)
{
    /// <summary>
    /// Runs on the schedule of the setting <c>LiveStreamSchedule</c>, six NCrontab fields, UTC; and when the process
    /// starts, since nobody knows what LiveKit told while there was none.
    /// </summary>
    [Function("LiveStream_Reconcile")]
    public Task Run(
        [TimerTrigger("%LiveStreamSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellation) =>
        reconciliation.Run(cancellation);
}

/// <summary>
/// Finds out what LiveKit did not tell: it drops webhooks that are older than half a minute or more than 200. A round
/// asks for all rooms, ingresses and running egresses once, for all accounts together, and for who is in once a room;
/// it writes only where something differs.
/// </summary>
public sealed partial class Reconciliation(
    Credentials credentials,
    LiveSessionKind sessions,
    Reader reader,
    AccountTags accounts,
    ILiveKit liveKit,
    LiveKitSettings settings,
    Following following,
    TakingBack takingBack,
    TimeProvider time,
    ILogger<Reconciliation> log)
{
    private const int PageSize = 500;
    private const int AtOnce = 8;

    // Less than the minute after which the next round comes. Who does not get his turn is the first of that one.
    private static readonly TimeSpan _budget = TimeSpan.FromSeconds(45);
    private int _turn;

    /// <summary>Makes one round. Two at once, or one that is killed half way, do no harm.</summary>
    /// <returns>How many live sessions were looked at.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        if (settings.Server is null)
        {
            return 0;
        }

        try
        {
            var until = time.GetUtcNow() + _budget;
            var live = await LiveSessions(cancellation);
            var seen = await See(cancellation);
            var looked = await Follow(live, seen, until, cancellation);
            await EndRooms(live, seen, until, cancellation);
            return looked;
        }
        catch (LiveKitException failure)
        {
            LogFailure(failure.Code);
        }
        catch (StoreFaultException fault)
        {
            LogFault(fault.Outcome);
        }

        return 0;
    }

    private async ValueTask<IReadOnlyList<State<LiveSession>>> LiveSessions(CancellationToken cancellation)
    {
        var accounts = credentials.Accounts.ToList();
        var live = new List<State<LiveSession>>[accounts.Count];
        var atOnce = SideBySide.Options(AtOnce, cancellation);
        await Parallel.ForAsync(0, accounts.Count, atOnce, async (place, stop) =>
            live[place] = await LiveSessions(accounts[place], stop));
        return [.. live.SelectMany(sessions => sessions)];
    }

    private async ValueTask<List<State<LiveSession>>> LiveSessions(Account account, CancellationToken cancellation)
    {
        List<State<LiveSession>> live = [];
        var query = new ListQuery(Ids.Partition(account), sessions.Name, PageSize) { Index = SessionStatus.Live };
        for (var isMore = true; isMore;)
        {
            var page = await reader.List(sessions, query, time.GetUtcNow(), cancellation);
            live.AddRange(page);
            isMore = page.Count == PageSize;
            query = isMore ? query with { After = new(page[^1].CreatedAt, page[^1].Id) } : query;
        }

        return live;
    }

    private async ValueTask<Everything> See(CancellationToken cancellation)
    {
        using var patience = new LiveKitPatience(time);
        var at = time.GetUtcNow();
        return await patience.Within(
            async ends =>
            {
                var rooms = liveKit.Rooms(null, ends).AsTask();
                var ingresses = liveKit.Ingresses(null, ends).AsTask();
                var egresses = liveKit.Egresses(null, ends).AsTask();
                await Task.WhenAll(rooms, ingresses, egresses);
                return new Everything(
                    at,
                    (await rooms).DistinctBy(room => room.Name).ToDictionary(room => room.Name),
                    (await ingresses).ToLookup(ingress => ingress.Room),
                    (await egresses).ToLookup(egress => egress.Room));
            },
            cancellation);
    }

    private async ValueTask<int> Follow(
        IReadOnlyList<State<LiveSession>> live, Everything seen, DateTimeOffset until, CancellationToken cancellation)
    {
        var looked = 0;
        var first = live.Count == 0 ? 0 : _turn % live.Count;
        var atOnce = SideBySide.Options(AtOnce, cancellation);
        await Parallel.ForEachAsync([.. live.Skip(first), .. live.Take(first)], atOnce, async (session, _) =>
        {
            if (time.GetUtcNow() < until)
            {
                Interlocked.Increment(ref looked);
                await Follow(session, seen.Of(session.Id));
            }
        });
        _turn = first + looked;
        return looked;
    }

    [SuppressMessage("Design", "CA1031", Justification = "One bad session must not keep the others.")]
    private async ValueTask Follow(State<LiveSession> session, LiveKitView view)
    {
        using var patience = new LiveKitPatience(time);
        try
        {
            await following.Follow(session, view, patience);
        }
        catch (LiveKitException failure)
        {
            LogSession(session.Id, failure.Code);
        }
        catch (StoreFaultException fault)
        {
            LogFault(fault.Outcome);
        }
        catch (RefusedException gone) when (gone.Refusal.Kind == RefusalKind.NotFound)
        {
            // Deleted meanwhile.
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            LogBug(bug, session.Id);
        }
    }

    // Rooms of sessions that are not live: a webhook was lost that told of them. One whose session we do not know is
    // not touched, as another deployment may share the LiveKit server.
    private async ValueTask EndRooms(
        IReadOnlyList<State<LiveSession>> live, Everything seen, DateTimeOffset until, CancellationToken cancellation)
    {
        var known = live.Select(session => session.Id).ToHashSet();
        foreach (var room in seen.Rooms.Keys.Where(room => !known.Contains(room)))
        {
            var now = time.GetUtcNow();
            if (now < until && Guid.TryParseExact(room, "D", out var id) && room == id.Text()
                && await accounts.Of(id, now, cancellation) is { } account)
            {
                await EndRoom(Ids.Partition(account), room, cancellation);
            }
        }
    }

    private async ValueTask EndRoom(string partition, string room, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var session = await reader.Find(sessions, partition, room, now, cancellation);
        if (session is not null && !session.IsLive() && !session.IsHeld(now))
        {
            await takingBack.From(session, cancellation);
        }
    }

    [LoggerMessage(42, LogLevel.Warning, "LiveKit could not be asked what it has, which is tried again: {Code}")]
    private partial void LogFailure(string code);

    [LoggerMessage(43, LogLevel.Warning, "Live sessions could not be read: the store answered {Outcome}")]
    private partial void LogFault(StoreOutcome outcome);

    [LoggerMessage(44, LogLevel.Warning, "LiveKit did not say all of {Session}, which is tried again: {Code}")]
    private partial void LogSession(string session, string code);

    [LoggerMessage(45, LogLevel.Error, "The session {Session} could not follow LiveKit")]
    private partial void LogBug(Exception bug, string session);

    // All that LiveKit has, by the name of the room.
    private sealed record Everything(
        DateTimeOffset At,
        IReadOnlyDictionary<string, RoomSeen> Rooms,
        ILookup<string, IngressSeen> Ingresses,
        ILookup<string, EgressSeen> Egresses)
    {
        public LiveKitView Of(string room) =>
            new(At, Rooms.GetValueOrDefault(room), [], [.. Ingresses[room]], [.. Egresses[room]]);
    }
}
