using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Remembers which Session a pair last belonged to, for as long as that is kept: who calls a number after its Session
/// was closed is told to the Service's OutOfSessionCallbackUrl with what is known of that Session.
/// </summary>
internal static class PastClaims
{
    public static readonly DocumentKind<Claim> Kind = new("twilio-proxy/past-claim", ProxyStorageJson.Default.Claim);

    /// <summary>The id of what is remembered of a pair.</summary>
    public static string IdOf(string claimId) => $"past-{claimId}";

    /// <summary>The write that remembers a claim which is freed.</summary>
    public static Write Remember(Document claim, DateTimeOffset? until) => new Write.Put(claim with
    {
        Id = IdOf(claim.Id),
        Kind = Kind.Name,
        PurgeAt = until,
    });
}
