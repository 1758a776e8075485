using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Reads, changes and removes the numbers of a Service.</summary>
public sealed class ServiceNumbers(
    IDocumentStore store, NumberAdmission admission, NumberRegistry registry, NumberPools pools, ClaimLists claims)
{
    /// <summary>Reads a number by its SID.</summary>
    /// <exception cref="RefusedException">20404: the Service has none of this kind and SID.</exception>
    internal async ValueTask<Stored<ProxyNumber>> Read(Call call, DocumentKind<ProxyNumber> kind, string sid) =>
        kind.Open((await store.Read(PartitionOf(call), sid, call.Aborted)).OrNull()) ?? throw Missing(call);

    /// <summary>Reserves a number, or frees it.</summary>
    /// <exception cref="RefusedException">20404, or 80622: the pool is full.</exception>
    internal async ValueTask<Document> Reserve(Call call, DocumentKind<ProxyNumber> kind, string sid, bool? reserved)
    {
        var before = await Read(call, kind, sid);
        if (reserved is { } wanted && wanted != before.Body.IsReserved)
        {
            await admission.RequireRoom(call, kind.Name, wanted);
        }

        var changed = await store.Change(PartitionOf(call), sid, document =>
        {
            var number = kind.Open(document) ?? throw Missing(call);
            call.Request.RequireMatch(number.Version);
            var lifetime = number.Document.Lifetime with { UpdatedAt = call.Now };
            var body = number.Body with { IsReserved = reserved ?? number.Body.IsReserved };
            var after = NumberDocuments.Seal(number.Document with { Lifetime = lifetime }, kind, body);
            return new Change<Document>([new Write.Replace(after)], after);
        }, call.Aborted);
        pools.Forget(call.Account, call.Route("serviceSid"));
        return changed.Value with { ETag = changed.Commit.ETags[0] };
    }

    /// <summary>Removes a number that no open Session uses: from the pool, then from the account's list.</summary>
    /// <exception cref="RefusedException">20404, or 80611: an open Session uses it.</exception>
    internal async ValueTask Remove(Call call, DocumentKind<ProxyNumber> kind, string sid)
    {
        var number = await Read(call, kind, sid);
        call.Request.RequireMatch(number.Version);
        if (await UsesOf(call, sid) > 0)
        {
            throw ProxyErrors.NumberInUse();
        }

        var write = new Write.Delete(sid, number.Document.ETag);
        var commit = (await store.Commit(PartitionOf(call), [write], call.Aborted)).OrFault();
        pools.Forget(call.Account, call.Route("serviceSid"));
        if (commit.Outcome != StoreOutcome.Done)
        {
            throw new StoreFaultException(StoreOutcome.PreconditionFailed);
        }

        await registry.Release(call, call.Route("serviceSid"), sid);
    }

    /// <summary>How many open Sessions use each number of the Service.</summary>
    internal ValueTask<IReadOnlyDictionary<string, int>> Uses(Call call) =>
        claims.Uses(PartitionOf(call), call.Now, call.Aborted);

    /// <summary>How many open Sessions use a number.</summary>
    internal async ValueTask<int> UsesOf(Call call, string sid) => (await Uses(call)).GetValueOrDefault(sid);

    /// <summary>The partition of the Service that the path names.</summary>
    internal static string PartitionOf(Call call) =>
        ServiceDocuments.PartitionUnder(call.Account, call.Route("serviceSid"));

    private static RefusedException Missing(Call call) =>
        ProxyErrors.NotFound(call.Request.Path.Value!["/v1".Length..]);
}
