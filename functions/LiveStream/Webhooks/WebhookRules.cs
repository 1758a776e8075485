using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>What LiveKit's events change in a session. An event that comes again, or late, changes nothing.</summary>
internal static class WebhookRules
{
    /// <summary>Why a session ended whose LiveKit room is gone.</summary>
    public const string RoomFinished = "room_finished";

    private const string Standard = "STANDARD";

    /// <summary>The session after an event of what goes on in its room.</summary>
    public static Decision<LiveSession> Apply(State<LiveSession> session, WebhookEvent told, DateTimeOffset now)
    {
        var after = told.Name switch
        {
            "participant_joined" => session.Attended(told, (attendance, who) => attendance.Joined(who)),
            "participant_left" or "participant_connection_aborted" =>
                session.Attended(told, (attendance, who) => attendance.Left(who, now)),
            "egress_started" or "egress_updated" or "egress_ended" => session.Sent(told),
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

    private static State<LiveSession> Attended(
        this State<LiveSession> session, WebhookEvent told, Func<Attendance, Presence, Attendance> move)
    {
        var participant = told.Message.Message("participant");
        var who = new Presence(participant.Text("sid"), participant.Text("identity"));
        if (!session.IsLive() || !session.IsIn(told) || who.Sid.Length == 0 || !IsViewer(participant))
        {
            return session;
        }

        var attendance = move(session.Body.Attendance, who);
        return ReferenceEquals(attendance, session.Body.Attendance)
            ? session
            : session with { Body = session.Body with { Attendance = attendance } };
    }

    // Recorders, agents and the like are in the room, too, but nobody watches there.
    private static bool IsViewer(ProtoMessage participant) =>
        participant.Text("kind") is "" or Standard
        && !participant.Message("permission").Flag("hidden")
        && !participant.Message("permission").Flag("recorder")
        && Participants.IsViewer(participant.Text("identity"));

    // An earlier room of the same name, of a start that failed, tells of its end when the session may be live.
    private static bool IsIn(this State<LiveSession> session, WebhookEvent told) =>
        told.Message.Message("room").Text("sid") is var sid
        && (sid.Length == 0 || session.Body.LiveKitRoom is not { Length: > 0 } own || own == sid);

    private static State<LiveSession> Sent(this State<LiveSession> session, WebhookEvent told)
    {
        var egress = Egress.Read(told.Message.Message("egress_info"));
        var before = session.Body.Egress;
        if (egress.Id.Length == 0 || (before is not null && before.Id != egress.Id && !before.IsOver))
        {
            return session;
        }

        var same = before?.Id == egress.Id ? before : null;
        var after = same?.Stage > egress.Stage
            ? same with { HlsUrl = same.HlsUrl ?? egress.HlsUrl }
            : egress with { HlsUrl = egress.HlsUrl ?? same?.HlsUrl };
        return after == before ? session : session with { Body = session.Body with { Egress = after } };
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
