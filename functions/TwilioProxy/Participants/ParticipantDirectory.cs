using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Finds and removes the participants in a Session.</summary>
internal static class ParticipantDirectory
{
    /// <summary>The participant of a SID, removed or not.</summary>
    /// <exception cref="RefusedException">20404: the Session never had it.</exception>
    public static Participant Find(Exchange exchange, Stored<ProxySession> session, string sid) =>
        session.Body.Participants.FirstOrDefault(one => one.Sid == sid) ?? throw Missing(exchange, session, sid);

    /// <summary>The Session without a participant.</summary>
    /// <exception cref="RefusedException">20404: the Session does not have it.</exception>
    public static NextState Remove(Exchange exchange, Stored<ProxySession> session, string sid)
    {
        var gone = session.Body.Present.FirstOrDefault(one => one.Sid == sid) ?? throw Missing(exchange, session, sid);
        var removed = gone with { DeletedAt = exchange.Now, UpdatedAt = exchange.Now };
        return new(
            session.Document.Lifetime with { UpdatedAt = exchange.Now },
            session.Body with
            {
                Participants = [.. session.Body.Participants.Select(one => one.Sid == sid ? removed : one)],
            });
    }

    private static RefusedException Missing(Exchange exchange, Stored<ProxySession> session, string sid) =>
        ProxyErrors.NotFound(
            $"/Services/{exchange.Route("serviceSid")}/Sessions/{session.Document.Id}/Participants/{sid}");
}
