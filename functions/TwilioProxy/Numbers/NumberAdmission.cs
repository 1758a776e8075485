using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Puts numbers in the pools of Services, within the limits that Twilio documents for a pool.</summary>
public sealed class NumberAdmission(IDocumentStore store, NumberRegistry registry, NumberPools pools)
{
    private const int MaxFree = 500;
    private const int MaxReserved = 5000;

    /// <summary>Adds a number.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="sid">The SID for it, should it be new to the account.</param>
    /// <param name="number">The number.</param>
    /// <exception cref="RefusedException">80101: it is in a Service already. 80622: the pool is full.</exception>
    internal async ValueTask<Document> Add(
        Exchange exchange, DocumentKind<ProxyNumber> kind, string sid, ProxyNumber number)
    {
        var serviceSid = exchange.Route("serviceSid");
        await RequireRoom(exchange, kind.Name, number.IsReserved);
        var owned = await registry.Take(exchange, serviceSid, sid, number.Number)
            ?? throw ProxyErrors.NumberInAService();
        var document = NumberDocuments.Seal(NewDocument(exchange, owned, kind.Name, number.Number), kind, number) with
        {
            RequestHash = await exchange.RequestHash(),
        };
        var created = await store.Create(document, [], exchange.Aborted);
        pools.Forget(exchange.Account, serviceSid);
        return created.Document ?? throw ProxyErrors.NumberInAService();
    }

    /// <summary>
    /// Refuses when the pool has no room for one more. Counted rather than kept, so adds at the same moment may pass
    /// the limit by as many.
    /// </summary>
    /// <exception cref="RefusedException">80622: the pool is full.</exception>
    internal async ValueTask RequireRoom(Exchange exchange, string kind, bool reserved)
    {
        var max = reserved ? MaxReserved : MaxFree;
        var status = reserved ? NumberDocuments.Reserved : NumberDocuments.Free;
        var query = new CountQuery(PartitionOf(exchange), kind) { Status = status };
        var count = (await store.Count(query, exchange.Aborted)).OrNull()!;
        if (count.Value >= max)
        {
            throw ProxyErrors.PoolFull(max, reserved);
        }
    }

    private static Document NewDocument(Exchange exchange, string sid, string kind, string number) => new()
    {
        Partition = PartitionOf(exchange),
        Id = sid,
        Kind = kind,
        Key = NumberDocuments.KeyOf(number),
        Lifetime = new() { Status = "", Open = true, CreatedAt = exchange.Now, UpdatedAt = exchange.Now },
        Body = default,
    };

    private static string PartitionOf(Exchange exchange) =>
        ServiceDocuments.PartitionUnder(exchange.Account, exchange.Route("serviceSid"));
}
