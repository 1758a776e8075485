using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// What the timer does with sessions: makes their expiry durable, clears up after starts whose process died, takes back
/// from LiveKit what could not be taken back before, and asks how the egresses of ended sessions came out.
/// </summary>
public sealed class SessionUpkeep(
    RoomKind rooms, Reader reader, Changes changes, SessionTidying tidying, ILiveKit liveKit, EgressSettings files,
    IIdSource ids, TimeProvider time)
{
    // How long an egress may take to write down what it has after its room is gone.
    private static readonly TimeSpan _ending = TimeSpan.FromMinutes(10);

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
            // The ingress of a session that nobody has started is not needed any more.
            var left = session.Lifetime.Open || session.Body.Ingress is null ? null : new Leftovers(now, now);
            return Decision.To(session with
            {
                Body = session.Body with { Leftovers = session.Body.Leftovers ?? left },
            });
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

        using var patience = new LiveKitPatience(time);
        var keep = session.IsLive() || mayStart ? session.Body.Ingress?.Id : null;
        var tidied = await tidying.TryInTurn(session.Id, keep, endsRoom: !session.IsLive(), patience);
        var settled = tidied && !held.Lifetime.Open ? await Outcome(held, now, patience) : held;
        var isDone = tidied && (held.Lifetime.Open || !settled.Body.IsUnsettled());
        var leftovers = isDone ? null : LeftoverRules.Later(held.Body.Leftovers, now);
        return settled with { Body = settled.Body with { Starting = null, Leftovers = leftovers } };
    }

    // LiveKit knows an egress for a day after its end; one that it does not know any more is over, somehow.
    private async ValueTask<State<LiveSession>> Outcome(
        State<LiveSession> ended, DateTimeOffset now, LiveKitPatience patience)
    {
        var settled = ended;
        try
        {
            foreach (var egress in ((Egress?[])[ended.Body.Egress, ended.Body.Recording]).OfType<Egress>()
                .Where(egress => !egress.IsOver))
            {
                var seen = await patience.Within(ends => liveKit.FindEgress(egress.Id, ends));
                settled = settled.Heard(seen ?? egress.Unknown(ended.Id), files, now);
                if (seen is not null && !EgressStatus.IsOver(seen.Status) && now - ended.Lifetime.EndedAt > _ending)
                {
                    await patience.Within(ends => liveKit.StopEgress(egress.Id, ends));
                }
            }
        }
        catch (LiveKitException)
        {
            // The next look asks again.
        }

        return settled;
    }

    private async ValueTask<State<LiveSession>?> Hold(
        State<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var lease = ids.Next();
        var place = session.Kind.At(session.Partition, session.Id);
        var held = await changes.Change(new(now, cancellation), place, (found, at) =>
            found?.Version == session.Version
                ? Decision.To(found.Hold(lease, at, toTidy: true))
                : Decision.Keep(session));
        return held.Body.Starting?.Id == lease ? held : null;
    }
}
