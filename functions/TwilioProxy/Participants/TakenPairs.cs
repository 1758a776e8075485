using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What a request has learnt about pairs that belong to open Sessions.</summary>
internal sealed class TakenPairs
{
    private readonly Dictionary<string, DateTimeOffset> _claimedAt = new(StringComparer.Ordinal);

    /// <summary>Remembers a claim.</summary>
    public void Add(Stored<Claim> claim) => _claimedAt[claim.Document.Id] = claim.Document.Lifetime.CreatedAt;

    /// <summary>When the pair was claimed, or null when nothing is known of a claim.</summary>
    public DateTimeOffset? ClaimedAt(string proxyIdentifier, string identifier) =>
        _claimedAt.Count > 0
        && _claimedAt.TryGetValue(ClaimDocuments.IdOf(proxyIdentifier, identifier), out var moment)
            ? moment
            : null;

    /// <summary>Whether the pair is known to be taken.</summary>
    public bool Has(string proxyIdentifier, string identifier) => ClaimedAt(proxyIdentifier, identifier) is not null;
}
