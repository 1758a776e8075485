using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Storage;

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

/// <summary>
/// How claims are stored: beside their Session, as what follows from it; none outlives its Session and none is freed by
/// anyone else. The claims of one identifier are listed by its hash.
/// </summary>
public sealed class ClaimKind() : Kind<Claim>(KindName, ProxyStorageJson.Default.Claim)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/claim";

    private const int PageSize = 1000;

    /// <summary>The id of the claim on a pair. A hash: ids take few characters, and hold no numbers.</summary>
    internal static string IdOf(string proxyIdentifier, string identifier) =>
        $"claim:{Hash($"{proxyIdentifier.Length}:{proxyIdentifier}{identifier}")}";

    /// <summary>A hash of an identifier.</summary>
    internal static string HashOf(string identifier) => Hash(identifier);

    /// <summary>The claim of a participant in an open Session.</summary>
    internal State<Claim> Of(State<ProxySession> session, Participant participant) => New(
        session,
        IdOf(participant.ProxyIdentifier, participant.Identifier),
        new(
            session.Id,
            participant.Sid,
            participant.ProxyIdentifier,
            participant.ProxyIdentifierSid,
            session.Lifetime.ExpiresAt),
        participant.ClaimedAt) with
    {
        Index = Hash(participant.Identifier),
    };

    /// <summary>The claim that a commit could not make, or null when it was something else.</summary>
    internal State<Claim>? Of(Write refused, DateTimeOffset now) =>
        refused is Write.Create(var document) ? Open(document, now) : null;

    /// <summary>All claims of a Service.</summary>
    internal ListQuery In(string partition) => new(partition, Name, PageSize);

    /// <summary>All claims of the identifier that this one is of.</summary>
    internal ListQuery Beside(State<Claim> claim) => In(claim.Partition) with { Index = claim.Index };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>
/// Remembers which Session a pair last belonged to, for as long as that is kept: who calls a number after its Session
/// was closed is told to the Service's OutOfSessionCallbackUrl with what is known of that Session.
/// </summary>
public sealed class PastClaimKind() : Kind<Claim>(KindName, ProxyStorageJson.Default.Claim)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/past-claim";

    /// <summary>The id of what is remembered of a pair.</summary>
    internal static string IdOf(string claimId) => $"past-{claimId}";

    /// <summary>What is remembered of a claim that is freed.</summary>
    internal State<Claim> Of(State<Claim> claim, DateTimeOffset until) =>
        New(claim, IdOf(claim.Id), claim.Body, claim.CreatedAt) with
        {
            Index = claim.Index,
            PurgeAt = until,
        };
}
