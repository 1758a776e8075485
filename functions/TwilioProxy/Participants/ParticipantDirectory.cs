using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Finds and removes the participants in a Session.</summary>
internal static class ParticipantDirectory
{
    /// <summary>The participant of a SID, removed or not.</summary>
    /// <exception cref="RefusedException">20404: the Session never had it.</exception>
    public static Participant Find(Call call, Stored<ProxySession> session, string sid) =>
        session.Body.Participants.FirstOrDefault(one => one.Sid == sid) ?? throw Missing(call, session, sid);

    /// <summary>The Session without a participant.</summary>
    /// <exception cref="RefusedException">20404: the Session does not have it.</exception>
    public static NextState Remove(Call call, Stored<ProxySession> session, string sid)
    {
        var gone = session.Body.Present.FirstOrDefault(one => one.Sid == sid) ?? throw Missing(call, session, sid);
        var removed = gone with { DeletedAt = call.Now, UpdatedAt = call.Now };
        return new(
            session.Document.Lifetime with { UpdatedAt = call.Now },
            session.Body with
            {
                Participants = [.. session.Body.Participants.Select(one => one.Sid == sid ? removed : one)],
            });
    }

    private static RefusedException Missing(Call call, Stored<ProxySession> session, string sid) =>
        ProxyErrors.NotFound($"/Services/{call.Route("serviceSid")}/Sessions/{session.Document.Id}/Participants/{sid}");
}
