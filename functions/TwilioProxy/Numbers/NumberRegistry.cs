using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>A number of an account, and the Service that has it.</summary>
/// <param name="Number">The number in E.164, or the digits of a short code.</param>
/// <param name="ServiceSid">The Service that has it in its pool, or null when none does.</param>
public sealed record OwnedNumber(string Number, string? ServiceSid);

/// <summary>
/// The account's numbers. A number is in at most one Service of the account, but each Service is a partition of its
/// own, which no commit can leave. So who adds a number first takes it here, in the one partition that all Services of
/// the account share, and then puts it in the pool; who removes one goes the other way. A process that ends in between
/// leaves an entry whose Service does not have the number. Nobody needs to look for such entries: the next one who
/// wants the number sees that, and after <see cref="Patience"/>, in which an add may still be under way, takes it over.
/// Entries stay when a number is removed, so that its SID means the same number when it comes back.
/// </summary>
public sealed class NumberRegistry(IDocumentStore store)
{
    private static readonly DocumentKind<OwnedNumber> _kind =
        new("twilio-proxy/owned-number", ProxyStorageJson.Default.OwnedNumber);

    /// <summary>How long an add may take from its first write to its last.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The account's number of this SID, or null.</summary>
    internal async ValueTask<Document?> BySid(Exchange exchange, string sid) =>
        (await store.Read(PartitionOf(exchange), IdOf(sid), exchange.Aborted)).OrNull();

    /// <summary>The account's number of these digits, or null.</summary>
    internal async ValueTask<Document?> ByNumber(Exchange exchange, string number) =>
        (await store.ReadByKey(PartitionOf(exchange), NumberDocuments.KeyOf(number), exchange.Aborted)).OrNull();

    /// <summary>The first of these numbers that is new to the account.</summary>
    internal async ValueTask<string> FirstNew(Exchange exchange, IEnumerable<string> numbers)
    {
        foreach (var number in numbers)
        {
            if (await ByNumber(exchange, number) is null)
            {
                return number;
            }
        }

        throw ProxyErrors.NumberInAService();
    }

    /// <summary>The SID in an entry.</summary>
    internal static string SidOf(Document entry) => entry.Id[IdOf("").Length..];

    /// <summary>What an entry says.</summary>
    internal static OwnedNumber Open(Document entry) => _kind.Open(entry)!.Body;

    /// <summary>Takes a number for a Service.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="serviceSid">The Service.</param>
    /// <param name="sid">The SID to give it, should it be new to the account.</param>
    /// <param name="number">Its digits.</param>
    /// <returns>The SID that it has; null when another Service has it, or the SID is another number's.</returns>
    internal async ValueTask<string?> Take(Exchange exchange, string serviceSid, string sid, string number)
    {
        var entry = EntryOf(exchange, sid, new(number, serviceSid));
        var commit = await store.Commit(entry.Partition, [new Write.Create(entry)], exchange.Aborted);
        if (commit.OrFault().Outcome == StoreOutcome.Done)
        {
            return sid;
        }

        var known = await ByNumber(exchange, number);
        return known is not null && await TakeOver(exchange, known, serviceSid) ? SidOf(known) : null;
    }

    /// <summary>Lets a number go that its Service no longer has.</summary>
    internal async ValueTask Release(Exchange exchange, string serviceSid, string sid)
    {
        if (await BySid(exchange, sid) is { } entry && Open(entry).ServiceSid == serviceSid)
        {
            await Assign(exchange, entry, null);
        }
    }

    private async ValueTask<bool> TakeOver(Exchange exchange, Document entry, string serviceSid)
    {
        var holder = Open(entry).ServiceSid;
        return holder == serviceSid
            || ((holder is null || await IsLeftOver(exchange, entry, holder)) && await Assign(
                exchange, entry, serviceSid));
    }

    private async ValueTask<bool> IsLeftOver(Exchange exchange, Document entry, string holder)
    {
        var services = ServiceDocuments.PartitionOf(exchange.Account);
        if ((await store.Read(services, holder, exchange.Aborted)).OrNull() is null)
        {
            return true;
        }

        var pool = ServiceDocuments.PartitionUnder(exchange.Account, holder);
        return entry.Lifetime.UpdatedAt + Patience <= exchange.Now
            && (await store.Read(pool, SidOf(entry), exchange.Aborted)).OrNull() is null;
    }

    private async ValueTask<bool> Assign(Exchange exchange, Document entry, string? serviceSid)
    {
        var assigned = entry with
        {
            Lifetime = entry.Lifetime with { UpdatedAt = exchange.Now },
            Body = _kind.Seal(Open(entry) with { ServiceSid = serviceSid }),
        };
        var commit = await store.Commit(entry.Partition, [new Write.Replace(assigned)], exchange.Aborted);
        return commit.OrFault().Outcome == StoreOutcome.Done;
    }

    private static Document EntryOf(Exchange exchange, string sid, OwnedNumber number) => new()
    {
        Partition = PartitionOf(exchange),
        Id = IdOf(sid),
        Kind = _kind.Name,
        Key = NumberDocuments.KeyOf(number.Number),
        Lifetime = new() { Status = "", Open = true, CreatedAt = exchange.Now, UpdatedAt = exchange.Now },
        Body = _kind.Seal(number),
    };

    private static string PartitionOf(Exchange exchange) => ServiceDocuments.PartitionOf(exchange.Account);

    private static string IdOf(string sid) => $"number:{sid}";
}
