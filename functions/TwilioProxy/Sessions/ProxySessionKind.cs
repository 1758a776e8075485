using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// How Sessions are stored and how they end: in the partition of their Service, with a claim on the pair of each of
/// their participants for as long as they are open.
/// </summary>
public sealed class ProxySessionKind(
    RetentionSettings retention, ClaimKind claims, PastClaimKind pastClaims, SessionRemainsKind remains)
    : SessionKind<ProxySession>(
        KindName, ProxyStorageJson.Default.ProxySession, "TwilioProxy", retention.Closed)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/session";

    /// <summary>The key that makes a unique name unique.</summary>
    internal static string KeyOf(string uniqueName) => $"name:{uniqueName}";

    /// <inheritdoc/>
    protected override string? KeyOf(State<ProxySession> state) =>
        state.Body.UniqueName is { } name ? KeyOf(name) : null;

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => SessionStatus.Closed;

    /// <inheritdoc/>
    protected override Decision<ProxySession> Close(State<ProxySession> open, DateTimeOffset now) => Decision.To(
        open with { Lifetime = open.Lifetime.Close(SessionStatus.Closed, CloseReasons.Api, now) });

    /// <inheritdoc/>
    protected internal override IEnumerable<State> Follows(State<ProxySession> state) => ClaimsOf(state);

    /// <inheritdoc/>
    protected internal override IEnumerable<Write> Leaves(
        State<ProxySession> before, State<ProxySession>? after, DateTimeOffset now) => after switch
        {
            null => remains.Of(before, now),
            { Lifetime.Open: true } => [],
            _ =>
            [
                .. ClaimsOf(before).Select(claim => new Write.Put(pastClaims.Of(claim, now + Retention).Seal(now))),
                .. remains.Of(after, now + Retention),
            ],
        };

    private IEnumerable<State<Claim>> ClaimsOf(State<ProxySession> session) =>
        session.Lifetime.Open ? session.Body.Present.Select(participant => claims.Of(session, participant)) : [];
}
