using System.Security.Cryptography;
using System.Text;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// How claims lie in the store: in the partition of their Session, and written in the same commits. What claims there
/// are is a function of the Session as it is stored, so whoever changes a Session knows which ones to make and which to
/// free; none outlives its Session and none is freed by anyone else.
/// </summary>
internal static class ClaimDocuments
{
    public static readonly DocumentKind<Claim> Kind = new("twilio-proxy/claim", ProxyStorageJson.Default.Claim);

    /// <summary>The id of the claim on a pair. A hash: ids take few characters, and hold no numbers.</summary>
    public static string IdOf(string proxyIdentifier, string identifier) =>
        $"claim:{Hash($"{proxyIdentifier.Length}:{proxyIdentifier}{identifier}")}";

    /// <summary>What the claims of one identifier are listed by.</summary>
    public static string StatusOf(string identifier) => Hash(identifier);

    /// <summary>The claims of a Session as it is stored.</summary>
    public static IReadOnlyList<Document> Of(Stored<ProxySession> session) =>
        session.Document.Lifetime.Open
            ? [.. session.Body.Present.Select(participant => Of(session, participant))]
            : [];

    private static Document Of(Stored<ProxySession> session, Participant participant)
    {
        var claim = new Claim(
            session.Document.Id,
            participant.Sid,
            participant.ProxyIdentifier,
            participant.ProxyIdentifierSid,
            session.Document.Lifetime.ExpiresAt);
        return new()
        {
            Partition = session.Document.Partition,
            Id = IdOf(participant.ProxyIdentifier, participant.Identifier),
            Kind = Kind.Name,
            Lifetime = new()
            {
                Status = StatusOf(participant.Identifier),
                Open = true,
                CreatedAt = participant.ClaimedAt,
                UpdatedAt = participant.ClaimedAt,
            },
            Body = Kind.Seal(claim),
        };
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
