using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is left to do for a deleted Service.</summary>
/// <param name="Partition">The partition to empty.</param>
public sealed record DeletedService(string Partition);

/// <summary>
/// Empties the partition of a deleted Service. The note that says so is written with the delete, so nothing is left
/// behind when the process ends in between; it comes due once nobody can believe in the Service any more.
/// </summary>
public sealed class DeletedServices(IDocumentStore store) : IDueHandler
{
    private const int BatchSize = 100;
    private static readonly DocumentKind<DeletedService> _kind =
        new("twilio-proxy/deleted-service", ProxyStorageJson.Default.DeletedService);

    private static readonly string[] _kindsUnderAService =
    [
        SessionDocuments.KindName,
        ClaimDocuments.Kind.Name,
        PastClaims.Kind.Name,
        LastNumbers.Kind.Name,
        NumberDocuments.PhoneNumbers.Name,
        NumberDocuments.ShortCodes.Name,
        InteractionDocuments.Kind.Name,
        InteractionDocuments.Messages.Name,
        SessionRemains.KindName,
    ];

    /// <inheritdoc/>
    public string Kind => _kind.Name;

    /// <summary>The writes that delete a Service.</summary>
    internal static IReadOnlyList<Write> WritesFor(Document service, Account account, DateTimeOffset now)
    {
        var note = new Document
        {
            Partition = service.Partition,
            Id = $"deleted:{service.Id}",
            Kind = _kind.Name,
            Lifetime = new() { Status = "", Open = true, CreatedAt = now, UpdatedAt = now },
            DueAt = now + (2 * ServiceDirectory.Belief),
            Body = _kind.Seal(new(ServiceDocuments.PartitionUnder(account, service.Id))),
        };
        return [new Write.Delete(service.Id, service.ETag), new Write.Put(note)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var partition = _kind.Open(document)!.Body.Partition;
        foreach (var kind in _kindsUnderAService)
        {
            await Empty(partition, kind, cancellation);
        }

        return [new Write.Delete(document.Id, document.ETag)];
    }

    private async ValueTask Empty(string partition, string kind, CancellationToken cancellation)
    {
        while ((await store.List(new(partition, kind, BatchSize), cancellation)).OrNull() is { Count: > 0 } rest)
        {
            var deletes = rest.Select(document => new Write.Delete(document.Id)).ToList();
            (await store.Commit(partition, deletes, cancellation)).OrFault();
        }
    }
}
