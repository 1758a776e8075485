using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What an update of a Session makes of it.</summary>
internal static class SessionUpdates
{
    /// <summary>The next state. A Session that is re-opened claims its pairs again, all or none.</summary>
    /// <exception cref="Http.RefusedException">20001, 80604, 80607 or 80608.</exception>
    public static NextState Apply(
        Stored<ProxySession> session, SessionUpdate update, TakenPairs taken, DateTimeOffset now)
    {
        var lifetime = SessionRules.Update(session.Document.Lifetime, update, now);
        var reopened = lifetime.Open && !session.Document.Lifetime.Open;
        return new(lifetime, reopened ? Claimed(session.Body, taken, now) : session.Body);
    }

    private static ProxySession Claimed(ProxySession session, TakenPairs taken, DateTimeOffset now) =>
        session.Present.Any(participant => taken.Has(participant.ProxyIdentifier, participant.Identifier))
            ? throw ProxyErrors.ProxyIdentifierInUse()
            : session with
            {
                Participants = [.. session.Participants.Select(participant => participant with { ClaimedAt = now })],
            };
}
