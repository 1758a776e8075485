using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>What LiveKit's events change in a session. An event that comes again, or late, changes nothing.</summary>
internal static class WebhookRules
{
    /// <summary>Why a session ended whose LiveKit room is gone.</summary>
    public const string RoomFinished = "room_finished";

    /// <summary>That LiveKit has made a room.</summary>
    public const string RoomStarted = "room_started";

    /// <summary>The session after an event of what goes on in its room.</summary>
    public static Decision<LiveSession> Apply(
        State<LiveSession> session, WebhookEvent told, EgressSettings files, DateTimeOffset now)
    {
        var after = told.Name switch
        {
            RoomStarted => session.IsLive() ? session.Tells(told, now) ?? session : session,
            "participant_joined" => session.Attended(told, (attendance, who) => attendance.Joined(who, now), now),
            "participant_left" or "participant_connection_aborted" =>
                session.Attended(told, (attendance, who) => attendance.Left(who, now), now),
            "egress_started" or "egress_updated" or "egress_ended" =>
                session.Heard(EgressSeen.Read(told.Message.Message("egress_info")), files, now),
            "ingress_started" => session.Fed(told, "ENDPOINT_PUBLISHING"),
            "ingress_ended" => session.Fed(told, "ENDPOINT_INACTIVE"),
            _ => session,
        };
        return ReferenceEquals(after, session) ? Decision.Keep(session) : Decision.To(after);
    }

    /// <summary>The session after the end of its LiveKit room.</summary>
    public static Decision<LiveSession> Finish(SessionInRoom seen, WebhookEvent told, DateTimeOffset now)
    {
        var session = seen.Session;
        return session.IsLive() && session.IsIn(told)
            ? Decision.To(session.End(RoomFinished, now)).And(seen.Room.LetGoBy(session.Id, now))
            : Decision.Keep(session);
    }

    // An earlier room of the same name tells of its end when the session may be live.
    private static bool IsIn(this State<LiveSession> session, WebhookEvent told) =>
        told.Message.Message("room").Text("sid") is var sid
        && (sid.Length == 0 || session.Body.LiveKitRoom is not { Length: > 0 } own || own == sid);

    /// <summary>
    /// The session in the room that an event is about; null when that is an earlier room of its name, as of a start
    /// that failed. A later one took the place of its own: LiveKit makes one for whoever comes with a token.
    /// </summary>
    private static State<LiveSession>? Tells(this State<LiveSession> session, WebhookEvent told, DateTimeOffset now)
    {
        var room = RoomSeen.Read(told.Message.Message("room"));
        if (room.Sid.Length == 0 || session.Body.LiveKitRoom is not { Length: > 0 } own)
        {
            return session;
        }

        if (room.Sid == own)
        {
            return session.In(room);
        }

        var ownMadeAt = session.Body.LiveKitRoomMadeAt ?? session.Lifetime.StartedAt?.ToUnixTimeMilliseconds();
        return room.MadeAt >= ownMadeAt ? session.MovedTo(room, now) : null;
    }

    private static State<LiveSession> Attended(
        this State<LiveSession> session, WebhookEvent told, Func<Attendance, Presence, Attendance> move,
        DateTimeOffset now)
    {
        var participant = ParticipantSeen.Read(told.Message.Message("participant"));
        if (!session.IsLive() || !participant.IsViewer || session.Tells(told, now) is not { } inRoom)
        {
            return session;
        }

        var attendance = move(inRoom.Body.Attendance, new(participant.Sid, participant.Identity));
        return ReferenceEquals(attendance, inRoom.Body.Attendance)
            ? inRoom
            : inRoom with { Body = inRoom.Body with { Attendance = attendance } };
    }

    private static State<LiveSession> Fed(this State<LiveSession> session, WebhookEvent told, string status)
    {
        var isOurs = told.Message.Message("ingress_info").Text("ingress_id") == session.Body.Ingress?.Id;
        var news = new IngressNews(status, told.At);
        return !isOurs || session.Body.IngressNews is { } before && (before.At > told.At || before == news)
            ? session
            : session with { Body = session.Body with { IngressNews = news } };
    }
}

/// <summary>
/// What LiveKit tells. Source: https://docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events
/// </summary>
/// <param name="Name">Such as participant_joined.</param>
/// <param name="At">When, in Unix seconds.</param>
/// <param name="Room">The name of the room that it is about; empty for none.</param>
/// <param name="Message">All of it.</param>
internal sealed record WebhookEvent(string Name, long At, string Room, ProtoMessage Message)
{
    public static WebhookEvent Read(ProtoMessage message)
    {
        string[] rooms =
        [
            message.Message("room").Text("name"),
            message.Message("egress_info").Text("room_name"),
            message.Message("ingress_info").Text("room_name"),
        ];
        return new(
            message.Text("event"),
            message.Number("created_at"),
            Array.Find(rooms, room => room.Length > 0) ?? "",
            message);
    }
}
