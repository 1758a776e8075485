using System.Runtime.CompilerServices;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Reads claims as lists.</summary>
public sealed class ClaimLists(IDocumentStore store)
{
    private const int PageSize = 1000;

    /// <summary>Every claim of an identifier, by its <see cref="ClaimDocuments.StatusOf"/>, expired or not.</summary>
    internal IAsyncEnumerable<Stored<Claim>> Of(string partition, string status, CancellationToken cancellation) =>
        Read(new(partition, ClaimDocuments.Kind.Name, PageSize) { Status = status }, cancellation);

    /// <summary>
    /// How many open Sessions use each proxy number of a Service, by the number's SID. Counted when it is asked for,
    /// since a stored count would be one document that every create has to write.
    /// </summary>
    internal async ValueTask<IReadOnlyDictionary<string, int>> Uses(
        string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        var uses = new HashSet<(string Number, string Session)>();
        await foreach (var claim in Read(new(partition, ClaimDocuments.Kind.Name, PageSize), cancellation))
        {
            if (claim.Body is { ProxyIdentifierSid: { } sid } body && body.IsAlive(now))
            {
                uses.Add((sid, body.SessionSid));
            }
        }

        return uses.CountBy(use => use.Number).ToDictionary();
    }

    private async IAsyncEnumerable<Stored<Claim>> Read(
        ListQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<Document> page;
        do
        {
            page = (await store.List(query, cancellation)).OrNull()!;
            foreach (var document in page)
            {
                yield return ClaimDocuments.Kind.Open(document)!;
            }

            query = query with { After = page is [.., var last] ? new(last.Lifetime.CreatedAt, last.Id) : null };
        }
        while (page.Count == PageSize);
    }
}
