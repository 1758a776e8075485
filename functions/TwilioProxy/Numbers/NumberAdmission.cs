using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Puts numbers in the pools of Services, within the limits that Twilio documents for a pool.</summary>
public sealed class NumberAdmission(IDocumentStore store, NumberRegistry registry, NumberPools pools)
{
    private const int MaxFree = 500;
    private const int MaxReserved = 5000;

    /// <summary>Adds a number.</summary>
    /// <param name="call">The call.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="sid">The SID for it, should it be new to the account.</param>
    /// <param name="number">The number.</param>
    /// <exception cref="RefusedException">80101: it is in a Service already. 80622: the pool is full.</exception>
    internal async ValueTask<Document> Add(Call call, DocumentKind<ProxyNumber> kind, string sid, ProxyNumber number)
    {
        var serviceSid = call.Route("serviceSid");
        await RequireRoom(call, kind.Name, number.IsReserved);
        var owned = await registry.Take(call, serviceSid, sid, number.Number) ?? throw ProxyErrors.NumberInAService();
        var document = NumberDocuments.Seal(NewDocument(call, owned, kind.Name, number.Number), kind, number) with
        {
            RequestHash = await call.RequestHash(),
        };
        var created = await store.Create(document, [], call.Aborted);
        pools.Forget(call.Account, serviceSid);
        return created.Document ?? throw ProxyErrors.NumberInAService();
    }

    /// <summary>
    /// Refuses when the pool has no room for one more. Counted rather than kept, so adds at the same moment may pass
    /// the limit by as many.
    /// </summary>
    /// <exception cref="RefusedException">80622: the pool is full.</exception>
    internal async ValueTask RequireRoom(Call call, string kind, bool reserved)
    {
        var max = reserved ? MaxReserved : MaxFree;
        var status = reserved ? NumberDocuments.Reserved : NumberDocuments.Free;
        var query = new CountQuery(PartitionOf(call), kind) { Status = status };
        var count = (await store.Count(query, call.Aborted)).OrNull()!;
        if (count.Value >= max)
        {
            throw ProxyErrors.PoolFull(max, reserved);
        }
    }

    private static Document NewDocument(Call call, string sid, string kind, string number) => new()
    {
        Partition = PartitionOf(call),
        Id = sid,
        Kind = kind,
        Key = NumberDocuments.KeyOf(number),
        Lifetime = new() { Status = "", Open = true, CreatedAt = call.Now, UpdatedAt = call.Now },
        Body = default,
    };

    private static string PartitionOf(Call call) =>
        ServiceDocuments.PartitionUnder(call.Account, call.Route("serviceSid"));
}
