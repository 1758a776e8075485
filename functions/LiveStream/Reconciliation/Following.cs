using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>
/// Has one live session follow what LiveKit has of it, and then puts right at LiveKit what the session needs there.
/// </summary>
public sealed class Following(
    LiveSessionKind sessions,
    Changes changes,
    ILiveKit liveKit,
    SessionTidying tidying,
    EgressStarts egresses,
    Admissions admissions,
    EgressSettings files,
    TimeProvider time)
{
    /// <summary>The session as it is then.</summary>
    /// <param name="session">The session as it was read before LiveKit was asked.</param>
    /// <param name="seen">What LiveKit has of it, but for who is in and which egresses have ended.</param>
    /// <param name="patience">How long to wait for LiveKit.</param>
    /// <exception cref="LiveKitException">LiveKit did not say all that there is to know.</exception>
    internal async ValueTask<State<LiveSession>> Follow(
        State<LiveSession> session, LiveKitView seen, LiveKitPatience patience)
    {
        var view = await patience.Within(ends => Whole(session, seen, ends));
        var place = sessions.At(session.Partition, session.Id);
        var after = await changes.Change(
            new(time.GetUtcNow(), CancellationToken.None),
            sessions.InRoom(place, CancellationToken.None),
            (found, now) => FollowRules.Follow(found, view, files, now));
        if (!after.IsLive())
        {
            return await tidying.AfterEnd(after);
        }

        await PutRight(after, view, patience);
        return after;
    }

    private async ValueTask<LiveKitView> Whole(
        State<LiveSession> session, LiveKitView seen, CancellationToken cancellation)
    {
        var inside = seen.Room is null ? [] : await liveKit.Participants(session.Id, cancellation);
        var running = seen.Egresses.Select(egress => egress.Id).ToHashSet();
        List<EgressSeen> egresses = [.. seen.Egresses];
        foreach (var own in ((Egress?[])[session.Body.Egress, session.Body.Recording]).OfType<Egress>())
        {
            if (!own.IsOver && !running.Contains(own.Id))
            {
                egresses.Add(await liveKit.FindEgress(own.Id, cancellation) ?? own.Unknown(session.Id));
            }
        }

        return seen with { Inside = inside, Egresses = egresses };
    }

    private async ValueTask PutRight(State<LiveSession> session, LiveKitView view, LiveKitPatience patience)
    {
        var now = time.GetUtcNow();
        foreach (var stray in session.StrayIngresses(view, now).ToList())
        {
            await patience.Within(ends => liveKit.DeleteIngress(stray, ends));
        }

        foreach (var stray in session.StrayEgresses(view, now).ToList())
        {
            await patience.Within(ends => liveKit.StopEgress(stray, ends));
        }

        if (view.Room is not null)
        {
            session = await admissions.Tell(session, patience);
            await egresses.StartNeeded(session, EgressOutput.Hls, patience);
            await egresses.StartNeeded(session, EgressOutput.Recording, patience);
        }
    }
}

/// <summary>What LiveKit has of one session.</summary>
/// <param name="At">When it was asked: what it has told since is newer.</param>
/// <param name="Room">The room; null when there is none.</param>
/// <param name="Inside">Who is in it.</param>
/// <param name="Ingresses">The ingresses into it.</param>
/// <param name="Egresses">The egresses of it that run, and those of the session that do not any more.</param>
internal sealed record LiveKitView(
    DateTimeOffset At,
    RoomSeen? Room,
    IReadOnlyList<ParticipantSeen> Inside,
    IReadOnlyList<IngressSeen> Ingresses,
    IReadOnlyList<EgressSeen> Egresses);

/// <summary>How a live session follows LiveKit: where the two disagree, LiveKit is right.</summary>
internal static class FollowRules
{
    /// <summary>Why a session ended whose LiveKit room was found gone, and stayed gone.</summary>
    public const string RoomGone = "room_gone";

    // Whoever was in comes back within seconds when LiveKit restarts, and LiveKit makes the room for him. Less than the
    // minute between two looks, since timers are never quite on time.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(50);

    /// <summary>The session after a look at what LiveKit has of it.</summary>
    public static Decision<LiveSession> Follow(
        SessionInRoom seen, LiveKitView view, EgressSettings files, DateTimeOffset now)
    {
        var session = seen.Session;
        if (!session.IsLive() || session.Lifetime.StartedAt > view.At)
        {
            return Decision.Keep(session);
        }

        if (view.Room is null && session.Body.RoomGoneSince is { } since && now - since >= _grace)
        {
            return Decision.To(session.End(RoomGone, now)).And(seen.Room.LetGoBy(session.Id, now));
        }

        var after = view.Egresses.Aggregate(
            session.Fed(view), (next, egress) => next.Heard(egress, files, now));
        after = view.Room is { } room
            ? after.MovedTo(room, now).Attended(view, now)
            : after.Deserted(now);
        return after == session ? Decision.Keep(session) : Decision.To(after);
    }

    /// <summary>The ingresses into the session's room that are nobody's: what a start that died has left.</summary>
    public static IEnumerable<string> StrayIngresses(
        this State<LiveSession> session, LiveKitView view, DateTimeOffset now) =>
        session.IsLive() && session.Lifetime.StartedAt <= view.At && !(session.Body.Mending?.Until > now)
            ? view.Ingresses.Where(ingress => ingress.Id != session.Body.Ingress?.Id).Select(ingress => ingress.Id)
            : [];

    /// <summary>
    /// The session's egresses that it knows nothing of: a start whose answer was lost, and which came to a second one.
    /// </summary>
    public static IEnumerable<string> StrayEgresses(
        this State<LiveSession> session, LiveKitView view, DateTimeOffset now) =>
        view.Egresses
            .Where(egress => egress.File.StartsWith($"{session.Id}/", StringComparison.Ordinal)
                && EgressStatus.Stage(egress.Status) < EgressStatus.Stage(EgressStatus.Ending)
                && egress.Output is { } output
                && !(session.Body.StartOf(output)?.Until > now)
                && session.Body.EgressOf(output) is { } own && own.Id != egress.Id)
            .Select(egress => egress.Id);

    private static State<LiveSession> Attended(
        this State<LiveSession> session, LiveKitView view, DateTimeOffset now)
    {
        List<Presence> viewers =
        [
            .. view.Inside
                .Where(participant => participant.IsIn && participant.IsViewer)
                .Select(participant => new Presence(participant.Sid, participant.Identity)),
        ];
        var attendance = session.Body.Attendance.Listed(viewers, view.At, now);
        return ReferenceEquals(attendance, session.Body.Attendance)
            ? session
            : session with { Body = session.Body with { Attendance = attendance } };
    }

    private static State<LiveSession> Deserted(this State<LiveSession> session, DateTimeOffset now) =>
        session.Body.RoomGoneSince is not null ? session : session with
        {
            Body = session.Body with
            {
                RoomGoneSince = now, Attendance = session.Body.Attendance.Emptied(now),
            },
        };

    private static State<LiveSession> Fed(this State<LiveSession> session, LiveKitView view)
    {
        var at = view.At.ToUnixTimeSeconds();
        var own = view.Ingresses.FirstOrDefault(ingress => ingress.Id == session.Body.Ingress?.Id);
        var status = own?.Status ?? IngressNews.Gone;
        return session.Body.IngressNews is { } before && (before.At > at || before.Status == status)
            ? session
            : session with { Body = session.Body with { IngressNews = new(status, at) } };
    }
}
