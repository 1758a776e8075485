using Sessions.Engine;

namespace Sessions.LiveStream;

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
