namespace Sessions.TwilioProxy;

/// <summary>
/// Says that a pair of proxy identifier and identifier belongs to an open Session. Its id is made of the pair, so the
/// store itself keeps a second one out.
/// </summary>
/// <param name="SessionSid">The Session.</param>
/// <param name="ParticipantSid">The Participant in it.</param>
/// <param name="ProxyIdentifier">The proxy number.</param>
/// <param name="ProxyIdentifierSid">Its SID, or null for an address that is in no pool.</param>
/// <param name="ExpiresAt">From when on the Session counts as closed, or null for never.</param>
public sealed record Claim(
    string SessionSid,
    string ParticipantSid,
    string ProxyIdentifier,
    string? ProxyIdentifierSid,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether its Session is still open.</summary>
    public bool IsAlive(DateTimeOffset now) => !(ExpiresAt <= now);
}
