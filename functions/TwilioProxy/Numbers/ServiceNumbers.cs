using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Reads, changes and removes the numbers of a Service.</summary>
public sealed class ServiceNumbers(
    IDocumentStore store, NumberAdmission admission, NumberRegistry registry, NumberPools pools, ClaimLists claims)
{
    /// <summary>Reads a number by its SID.</summary>
    /// <exception cref="RefusedException">20404: the Service has none of this kind and SID.</exception>
    internal async ValueTask<Stored<ProxyNumber>> Read(Exchange exchange, DocumentKind<ProxyNumber> kind, string sid) =>
        kind.Open((await store.Read(PartitionOf(exchange), sid, exchange.Aborted)).OrNull()) ?? throw Missing(exchange);

    /// <summary>Reserves a number, or frees it.</summary>
    /// <exception cref="RefusedException">20404, or 80622: the pool is full.</exception>
    internal async ValueTask<Document> Reserve(
        Exchange exchange, DocumentKind<ProxyNumber> kind, string sid, bool? reserved)
    {
        var before = await Read(exchange, kind, sid);
        if (reserved is { } wanted && wanted != before.Body.IsReserved)
        {
            await admission.RequireRoom(exchange, kind.Name, wanted);
        }

        var changed = await store.Change(PartitionOf(exchange), sid, document =>
        {
            var number = kind.Open(document) ?? throw Missing(exchange);
            exchange.Request.RequireMatch(number.Version);
            var lifetime = number.Document.Lifetime with { UpdatedAt = exchange.Now };
            var body = number.Body with { IsReserved = reserved ?? number.Body.IsReserved };
            var after = NumberDocuments.Seal(number.Document with { Lifetime = lifetime }, kind, body);
            return new Change<Document>([new Write.Replace(after)], after);
        }, exchange.Aborted);
        pools.Forget(exchange.Account, exchange.Route("serviceSid"));
        return changed.Value with { ETag = changed.Commit.ETags[0] };
    }

    /// <summary>Removes a number that no open Session uses: from the pool, then from the account's list.</summary>
    /// <exception cref="RefusedException">20404, or 80611: an open Session uses it.</exception>
    internal async ValueTask Remove(Exchange exchange, DocumentKind<ProxyNumber> kind, string sid)
    {
        var number = await Read(exchange, kind, sid);
        exchange.Request.RequireMatch(number.Version);
        if (await UsesOf(exchange, sid) > 0)
        {
            throw ProxyErrors.NumberInUse();
        }

        var write = new Write.Delete(sid, number.Document.ETag);
        var commit = (await store.Commit(PartitionOf(exchange), [write], exchange.Aborted)).OrFault();
        pools.Forget(exchange.Account, exchange.Route("serviceSid"));
        if (commit.Outcome != StoreOutcome.Done)
        {
            throw new StoreFaultException(StoreOutcome.PreconditionFailed);
        }

        await registry.Release(exchange, exchange.Route("serviceSid"), sid);
    }

    /// <summary>How many open Sessions use each number of the Service.</summary>
    internal ValueTask<IReadOnlyDictionary<string, int>> Uses(Exchange exchange) =>
        claims.Uses(PartitionOf(exchange), exchange.Now, exchange.Aborted);

    /// <summary>How many open Sessions use a number.</summary>
    internal async ValueTask<int> UsesOf(Exchange exchange, string sid) =>
        (await Uses(exchange)).GetValueOrDefault(sid);

    /// <summary>The partition of the Service that the path names.</summary>
    internal static string PartitionOf(Exchange exchange) =>
        ServiceDocuments.PartitionUnder(exchange.Account, exchange.Route("serviceSid"));

    private static RefusedException Missing(Exchange exchange) =>
        ProxyErrors.NotFound(exchange.Request.Path.Value!["/v1".Length..]);
}
