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
    internal async ValueTask<Document?> BySid(Call call, string sid) =>
        (await store.Read(PartitionOf(call), IdOf(sid), call.Aborted)).OrNull();

    /// <summary>The account's number of these digits, or null.</summary>
    internal async ValueTask<Document?> ByNumber(Call call, string number) =>
        (await store.ReadByKey(PartitionOf(call), NumberDocuments.KeyOf(number), call.Aborted)).OrNull();

    /// <summary>The first of these numbers that is new to the account.</summary>
    internal async ValueTask<string> FirstNew(Call call, IEnumerable<string> numbers)
    {
        foreach (var number in numbers)
        {
            if (await ByNumber(call, number) is null)
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
    /// <param name="call">The call.</param>
    /// <param name="serviceSid">The Service.</param>
    /// <param name="sid">The SID to give it, should it be new to the account.</param>
    /// <param name="number">Its digits.</param>
    /// <returns>The SID that it has; null when another Service has it, or the SID is another number's.</returns>
    internal async ValueTask<string?> Take(Call call, string serviceSid, string sid, string number)
    {
        var entry = EntryOf(call, sid, new(number, serviceSid));
        var commit = await store.Commit(entry.Partition, [new Write.Create(entry)], call.Aborted);
        if (commit.OrFault().Outcome == StoreOutcome.Done)
        {
            return sid;
        }

        var known = await ByNumber(call, number);
        return known is not null && await TakeOver(call, known, serviceSid) ? SidOf(known) : null;
    }

    /// <summary>Lets a number go that its Service no longer has.</summary>
    internal async ValueTask Release(Call call, string serviceSid, string sid)
    {
        if (await BySid(call, sid) is { } entry && Open(entry).ServiceSid == serviceSid)
        {
            await Assign(call, entry, null);
        }
    }

    private async ValueTask<bool> TakeOver(Call call, Document entry, string serviceSid)
    {
        var holder = Open(entry).ServiceSid;
        return holder == serviceSid
            || ((holder is null || await IsLeftOver(call, entry, holder)) && await Assign(call, entry, serviceSid));
    }

    private async ValueTask<bool> IsLeftOver(Call call, Document entry, string holder)
    {
        var services = ServiceDocuments.PartitionOf(call.Account);
        if ((await store.Read(services, holder, call.Aborted)).OrNull() is null)
        {
            return true;
        }

        var pool = ServiceDocuments.PartitionUnder(call.Account, holder);
        return entry.Lifetime.UpdatedAt + Patience <= call.Now
            && (await store.Read(pool, SidOf(entry), call.Aborted)).OrNull() is null;
    }

    private async ValueTask<bool> Assign(Call call, Document entry, string? serviceSid)
    {
        var assigned = entry with
        {
            Lifetime = entry.Lifetime with { UpdatedAt = call.Now },
            Body = _kind.Seal(Open(entry) with { ServiceSid = serviceSid }),
        };
        var commit = await store.Commit(entry.Partition, [new Write.Replace(assigned)], call.Aborted);
        return commit.OrFault().Outcome == StoreOutcome.Done;
    }

    private static Document EntryOf(Call call, string sid, OwnedNumber number) => new()
    {
        Partition = PartitionOf(call),
        Id = IdOf(sid),
        Kind = _kind.Name,
        Key = NumberDocuments.KeyOf(number.Number),
        Lifetime = new() { Status = "", Open = true, CreatedAt = call.Now, UpdatedAt = call.Now },
        Body = _kind.Seal(number),
    };

    private static string PartitionOf(Call call) => ServiceDocuments.PartitionOf(call.Account);

    private static string IdOf(string sid) => $"number:{sid}";
}
