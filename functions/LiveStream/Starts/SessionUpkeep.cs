using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// What the timer does with sessions: makes their expiry durable, clears up after starts whose process died, and takes
/// back from LiveKit what could not be taken back before.
/// </summary>
public sealed class SessionUpkeep(
    RoomKind rooms, Reader reader, Changes changes, SessionTidying tidying, IIdSource ids)
{
    // A LiveKit that hangs would keep the timer from everything else.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(30);
    private long _restsUntil;

    /// <summary>What settles a session that is due; nothing when another was faster.</summary>
    internal async ValueTask<Decision> Settle(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        if (session.IsHeld(now))
        {
            var later = session.Body.Leftovers is { } waits ? waits with { At = session.Body.Starting!.Until } : null;
            return Decision.To(session with { Body = session.Body with { Leftovers = later } });
        }

        var died = session.Body.Starting is not null;
        if (!died && !(session.Body.Leftovers?.At <= now))
        {
            return Decision.To(session);
        }

        if (await Tidy(session, now, cancellation) is not { } tidied)
        {
            return Decision.Nothing;
        }

        var room = died && !session.IsLive()
            ? await reader.Find(rooms, session.Partition, session.Body.RoomId.Text(), now, cancellation)
            : null;
        return Decision.To(tidied).And(room.LetGoBy(session.Id, now));
    }

    // A start in the middle of the tidying would lose its ingress to it, so the session is held meanwhile.
    private async ValueTask<State<LiveSession>?> Tidy(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var mayStart = session.Lifetime.Status == SessionStatus.Scheduled;
        if ((mayStart ? await Hold(session, now, cancellation) : session) is not { } held)
        {
            return null;
        }

        var tidied = false;
        if (now.UtcTicks >= Volatile.Read(ref _restsUntil))
        {
            tidied = await tidying.Try(session.Id, session.IsLive() ? session.Body.Ingress?.Id : null);
            if (!tidied)
            {
                Volatile.Write(ref _restsUntil, (now + _rest).UtcTicks);
            }
        }

        var leftovers = tidied ? null : LeftoverRules.Later(held.Body.Leftovers, now);
        return held with { Body = held.Body with { Starting = null, Leftovers = leftovers } };
    }

    private async ValueTask<State<LiveSession>?> Hold(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var lease = ids.Next();
        var place = session.Kind.At(session.Partition, session.Id);
        var held = await changes.Change(new(now, cancellation), place, (found, at) =>
            found?.Version == session.Version ? Decision.To(found.Hold(lease, at)) : Decision.Keep(session));
        return held.Body.Starting?.Id == lease ? held : null;
    }
}
