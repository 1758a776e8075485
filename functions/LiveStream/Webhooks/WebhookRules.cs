using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>What LiveKit's events change in a session. An event that comes again, or late, changes nothing.</summary>
internal static class WebhookRules
{
    /// <summary>Why a session ended whose LiveKit room is gone.</summary>
    public const string RoomFinished = "room_finished";

    private const string Standard = "STANDARD";

    /// <summary>The session after the event; the very same when it changes nothing.</summary>
    public static Stored<LiveSession> Apply(
        this Stored<LiveSession> session, WebhookEvent told, DateTimeOffset now) => told.Name switch
        {
            "participant_joined" => session.Attended(told, (attendance, who) => attendance.Joined(who)),
            "participant_left" or "participant_connection_aborted" =>
                session.Attended(told, (attendance, who) => attendance.Left(who, now)),
            "egress_started" or "egress_updated" or "egress_ended" => session.Sent(told),
            "ingress_started" => session.Fed(told, "ENDPOINT_PUBLISHING"),
            "ingress_ended" => session.Fed(told, "ENDPOINT_INACTIVE"),
            RoomFinished when session.IsLive() && session.IsIn(told) => session.End(RoomFinished, now),
            _ => session,
        };

    private static Stored<LiveSession> Attended(
        this Stored<LiveSession> session, WebhookEvent told, Func<Attendance, Presence, Attendance> move)
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
            : session.With(session.Body with { Attendance = attendance });
    }

    // Recorders, agents and the like are in the room, too, but nobody watches there.
    private static bool IsViewer(ProtoMessage participant) =>
        participant.Text("kind") is "" or Standard
        && !participant.Message("permission").Flag("hidden")
        && !participant.Message("permission").Flag("recorder")
        && Participants.IsViewer(participant.Text("identity"));

    // An earlier room of the same name, of a start that failed, tells of its end when the session may be live.
    private static bool IsIn(this Stored<LiveSession> session, WebhookEvent told) =>
        told.Message.Message("room").Text("sid") is var sid
        && (sid.Length == 0 || session.Body.LiveKitRoom is not { Length: > 0 } own || own == sid);

    private static Stored<LiveSession> Sent(this Stored<LiveSession> session, WebhookEvent told)
    {
        var egress = EgressInfo.Read(told.Message.Message("egress_info"));
        var before = session.Body.Egress;
        if (egress.Id.Length == 0 || (before is not null && before.Id != egress.Id && !before.IsOver))
        {
            return session;
        }

        var same = before?.Id == egress.Id ? before : null;
        var after = same?.Stage > egress.Stage
            ? same with { HlsUrl = same.HlsUrl ?? egress.HlsUrl }
            : egress with { HlsUrl = egress.HlsUrl ?? same?.HlsUrl };
        return after == before ? session : session.With(session.Body with { Egress = after });
    }

    private static Stored<LiveSession> Fed(this Stored<LiveSession> session, WebhookEvent told, string status)
    {
        var isOurs = told.Message.Message("ingress_info").Text("ingress_id") == session.Body.Ingress?.Id;
        var news = new IngressNews(status, told.At);
        return !isOurs || session.Body.IngressNews is { } before && (before.At > told.At || before == news)
            ? session
            : session.With(session.Body with { IngressNews = news });
    }
}
