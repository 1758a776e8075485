using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is left to do for a deleted Service.</summary>
/// <param name="Partition">The partition to empty.</param>
public sealed record DeletedService(string Partition);

/// <summary>
/// The note that a Service was deleted. It is written with the delete, so nothing is left behind when the process ends
/// in between; it comes due once nobody can believe in the Service any more.
/// </summary>
public sealed class DeletedServiceKind()
    : Kind<DeletedService>("twilio-proxy/deleted-service", ProxyStorageJson.Default.DeletedService)
{
    /// <summary>The id of the note for a Service.</summary>
    internal static string IdOf(string serviceSid) => $"deleted:{serviceSid}";

    /// <summary>The note for a Service that is deleted at this moment.</summary>
    internal State<DeletedService> Of(State<ProxyService> service, DateTimeOffset now) => New(
        service,
        IdOf(service.Id),
        new(ProxyServiceKind.PartitionUnder(service.Account, service.Id)),
        now) with
    {
        DueAt = now + (2 * RecentDocuments.Belief),
    };
}

/// <summary>Empties the partitions of deleted Services.</summary>
public sealed class DeletedServices(
    DeletedServiceKind notes,
    Changes changes,
    Reader reader,
    NumberKinds numbers,
    NumberRegistry registry,
    CarrierNumbers carried) : IDueKind
{
    private const int BatchSize = 100;

    private static readonly string[] _kindsUnderAService =
    [
        ProxySessionKind.KindName,
        ClaimKind.KindName,
        PastClaimKind.KindName,
        PastNameKind.KindName,
        LastNumberKind.KindName,
        NumberKind.PhoneNumbers,
        NumberKind.ShortCodes,
        InteractionKind.KindName,
        MessageInteractionKind.KindName,
        SessionRemainsKind.KindName,
    ];

    /// <inheritdoc/>
    public string Name => notes.Name;

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = notes.Open(document, now)!;
        if (carried.Has(note.Account))
        {
            await GiveNumbersBack(note, now, cancellation);
        }

        foreach (var kind in _kindsUnderAService)
        {
            await changes.RemoveAll(new(note.Body.Partition, kind, BatchSize), null, cancellation);
        }

        return Decision.Remove(note);
    }

    // One by one, since each leaves an event behind.
    private async ValueTask GiveNumbersBack(
        State<DeletedService> note, DateTimeOffset now, CancellationToken cancellation)
    {
        var serviceSid = note.Body.Partition[(note.Body.Partition.LastIndexOf(':') + 1)..];
        var query = new ListQuery(note.Body.Partition, NumberKind.PhoneNumbers, BatchSize);
        while (await reader.List(numbers.PhoneNumbers, query, now, cancellation) is [_, ..] page)
        {
            foreach (var number in page)
            {
                var owned = await registry.BySid(note.Account, number.Id, now, cancellation);
                await changes.Remove(
                    new Command(now, cancellation), numbers.PhoneNumbers.At(number.Partition, number.Id), (seen, at) =>
                        seen is null
                            ? Decision.Keep(number)
                            : Decision.Remove(seen).Telling(carried.GiveBack(seen, owned?.Body, serviceSid, at)));
            }
        }
    }
}
