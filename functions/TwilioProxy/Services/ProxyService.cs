using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is stored of a Service beside its lifetime.</summary>
public sealed record ProxyService
{
    /// <summary>Its own name, unique in the account.</summary>
    public required string UniqueName { get; init; }

    /// <summary>Seconds that a session without an own Ttl lives; 0 for ever.</summary>
    public int DefaultTtl { get; init; }

    /// <summary>Who is told of every interaction, or null.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>How near a proxy number must be: area-code, extended-area-code, overlay, radius or country.</summary>
    public string GeoMatchLevel { get; init; } = "country";

    /// <summary>prefer-sticky or avoid-sticky.</summary>
    public string NumberSelectionBehavior { get; init; } = "prefer-sticky";

    /// <summary>Whether a participant should get another number than in its last session.</summary>
    [JsonIgnore]
    public bool AvoidsSticky => NumberSelectionBehavior == "avoid-sticky";

    /// <summary>Who may block an interaction, or null.</summary>
    public string? InterceptCallbackUrl { get; init; }

    /// <summary>Who answers what belongs to no session, or null.</summary>
    public string? OutOfSessionCallbackUrl { get; init; }

    /// <summary>The chat instance for channel identifiers, or null.</summary>
    public string? ChatInstanceSid { get; init; }
}

/// <summary>How Services are stored: an account's in one partition, what is under each in one of its own.</summary>
public sealed class ProxyServiceKind(DeletedServiceKind deleted)
    : Kind<ProxyService>("twilio-proxy/service", () => ProxyStorageJson.Default.ProxyService)
{
    /// <summary>The partition of an account's Services.</summary>
    internal static string PartitionOf(Account account) => PartitionUnder(account.Id, "services");

    /// <summary>The partition of everything under one Service.</summary>
    internal static string PartitionUnder(string accountId, string serviceSid) =>
        $"{accountId}:twilio-proxy:{serviceSid}";

    /// <summary>The key that makes a unique name unique.</summary>
    internal static string KeyOf(string uniqueName) => $"name:{uniqueName}";

    /// <inheritdoc/>
    protected override string? KeyOf(State<ProxyService> state) => KeyOf(state.Body.UniqueName);

    /// <inheritdoc/>
    protected internal override IEnumerable<Write> Leaves(
        State<ProxyService> before, State<ProxyService>? after, DateTimeOffset now) =>
        after is null ? [new Write.Put(deleted.Of(before, now).Seal(now))] : [];
}

/// <summary>What is left to do for a deleted Service.</summary>
/// <param name="Partition">The partition to empty.</param>
public sealed record DeletedService(string Partition);

/// <summary>
/// The note that a Service was deleted. It is written with the delete, so nothing is left behind when the process ends
/// in between; it comes due once nobody can believe in the Service any more.
/// </summary>
public sealed class DeletedServiceKind()
    : Kind<DeletedService>("twilio-proxy/deleted-service", () => ProxyStorageJson.Default.DeletedService)
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
