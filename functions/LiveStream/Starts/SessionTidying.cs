using Microsoft.Extensions.Logging;
using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>
/// Takes back from LiveKit what a session should not have there. What cannot be done now is left to the timer: the
/// session carries a note.
/// </summary>
public sealed partial class SessionTidying(
    Changes changes, ILiveKit liveKit, TimeProvider time, ILogger<SessionTidying> log)
{
    // A LiveKit that hangs would keep the timer from everything else.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(30);
    private long _restsUntil;

    /// <summary>After the end of a session. One that has not ended is left alone: it needs what it has there.</summary>
    internal async ValueTask<State<LiveSession>> AfterEnd(State<LiveSession> session)
    {
        using var patience = new LiveKitPatience(time);
        if (session.Lifetime.Open || session.Body.Leftovers is null
            || !await Try(session.Id, keep: null, endsRoom: true, patience)
            || session.Body.IsUnsettled())
        {
            return session;
        }

        var place = session.Kind.At(session.Partition, session.Id);
        // Whoever deletes it meanwhile does not make it never have ended.
        return await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, _) => found is null
            ? Decision.Keep(session)
            : Decision.To(found with { Body = found.Body with { Leftovers = null } }));
    }

    /// <summary>Tidies, and tells whether LiveKit has done it.</summary>
    internal async ValueTask<bool> Try(string room, string? keep, bool endsRoom, LiveKitPatience patience)
    {
        try
        {
            await patience.Within(ends => Tidy(room, keep, endsRoom, ends));
            return true;
        }
        catch (LiveKitException failure)
        {
            LogFailure(room, failure.Code);
            return false;
        }
    }

    /// <summary>
    /// The same for the timer: after a failure it asks for nothing for a while, and what is due then counts as failed.
    /// </summary>
    internal async ValueTask<bool> TryInTurn(string room, string? keep, bool endsRoom, LiveKitPatience patience)
    {
        if (time.GetUtcNow().UtcTicks < Volatile.Read(ref _restsUntil))
        {
            return false;
        }

        var isDone = await Try(room, keep, endsRoom, patience);
        if (!isDone)
        {
            Volatile.Write(ref _restsUntil, (time.GetUtcNow() + _rest).UtcTicks);
        }

        return isDone;
    }

    /// <summary>
    /// Takes away all ingresses of the room but one, and the room too unless it is to stay; one that stays without the
    /// room is closed. What is not there is fine.
    /// </summary>
    /// <exception cref="LiveKitException">LiveKit failed.</exception>
    internal async ValueTask Tidy(string room, string? keep, bool endsRoom, CancellationToken cancellation)
    {
        foreach (var ingress in await liveKit.Ingresses(room, cancellation))
        {
            if (ingress.Id != keep)
            {
                await liveKit.DeleteIngress(ingress.Id, cancellation);
            }
            else if (endsRoom)
            {
                await liveKit.OpenIngress(keep, open: false, cancellation);
            }
        }

        if (endsRoom)
        {
            await liveKit.DeleteRoom(room, cancellation);
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "LiveKit did not tidy up {Room}, which is tried again: {Code}")]
    private partial void LogFailure(string room, string code);
}

/// <summary>
/// Takes back the room that LiveKit has of a session that is not live: it makes one for whoever comes with a token, and
/// for an encoder.
/// </summary>
public sealed class TakingBack(
    LiveSessionKind sessions, Changes changes, Settler settler, SessionTidying tidying, TimeProvider time)
{
    /// <summary>
    /// Takes it back now, or leaves it to the timer. A session that may still start is held meanwhile, as by the timer:
    /// a start in the middle would lose its room, or its ingress.
    /// </summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    internal async ValueTask From(State<LiveSession> session, CancellationToken cancellation)
    {
        if (!session.Lifetime.Open)
        {
            using var patience = new LiveKitPatience(time);
            await tidying.Try(session.Id, keep: null, endsRoom: true, patience);
            return;
        }

        var place = sessions.At(session.Partition, session.Id);
        await changes.Change(new(time.GetUtcNow(), cancellation), place, (found, now) =>
            found is { Lifetime.Open: true } && !found.IsLive() && !found.IsHeld(now)
                ? Decision.To(found with { Body = found.Body with { Leftovers = LeftoverRules.Now(found, now) } })
                : Decision.Keep(found ?? session));
        await settler.Settle(sessions, session.Partition, session.Id, time.GetUtcNow(), cancellation);
    }
}
