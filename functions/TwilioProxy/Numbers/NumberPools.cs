using System.Collections.Concurrent;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// The pools of the Services. A pool that was read is believed as long as a Service is, so that a Session's create
/// costs the same whatever the pool's size; it is one read, since a pool holds at most 500 free numbers. A number that
/// another instance has removed or reserved may be given out for those seconds still. No pair can be given twice for
/// that: claims guard pairs, not pools.
/// </summary>
public sealed class NumberPools(IDocumentStore store, TimeProvider time)
{
    private const int MaxCached = 10_000;
    private const int ReadSize = 1000;
    private readonly ConcurrentDictionary<(string Account, string ServiceSid), Believed> _cache = new();

    /// <summary>The pool of a Service.</summary>
    internal async ValueTask<NumberPool> Read(Exchange exchange, string serviceSid)
    {
        var key = (exchange.Account.Id, serviceSid);
        if (_cache.TryGetValue(key, out var cached) && time.GetUtcNow() < cached.Until)
        {
            return cached.Pool;
        }

        var partition = ServiceDocuments.PartitionUnder(exchange.Account, serviceSid);
        var query = new ListQuery(partition, NumberDocuments.PhoneNumbers.Name, ReadSize)
        {
            Status = NumberDocuments.Free,
        };
        var documents = (await store.List(query, exchange.Aborted)).OrNull()!;
        var pool = new NumberPool([.. documents.Select(document => PoolNumber.Of(NumberDocuments.Open(document)!))]);
        if (_cache.Count >= MaxCached)
        {
            _cache.Clear();
        }

        _cache[key] = new(pool, time.GetUtcNow() + ServiceDirectory.Belief);
        return pool;
    }

    /// <summary>A number of the Service, free or reserved, by its SID or its digits, or null.</summary>
    internal async ValueTask<PoolNumber?> Find(Exchange exchange, string serviceSid, string name)
    {
        var pool = await Read(exchange, serviceSid);
        if (pool.Find(name) is { } known)
        {
            return known;
        }

        var partition = ServiceDocuments.PartitionUnder(exchange.Account, serviceSid);
        var read = Sids.Is(Sids.PhoneNumber, name) || Sids.Is(Sids.ShortCode, name)
            ? await store.Read(partition, name, exchange.Aborted)
            : await store.ReadByKey(partition, NumberDocuments.KeyOf(name), exchange.Aborted);
        if (NumberDocuments.Open(read.OrNull()) is not { } stored)
        {
            return null;
        }

        var number = PoolNumber.Of(stored);
        pool.Learn(name, number);
        return number;
    }

    /// <summary>Whether the Service has reserved numbers.</summary>
    internal async ValueTask<bool> HasReserved(Exchange exchange, string serviceSid)
    {
        var partition = ServiceDocuments.PartitionUnder(exchange.Account, serviceSid);
        var query = new ListQuery(partition, NumberDocuments.PhoneNumbers.Name, 1)
        {
            Status = NumberDocuments.Reserved,
        };
        return (await store.List(query, exchange.Aborted)).OrNull() is [_, ..];
    }

    /// <summary>Forgets a pool that has changed.</summary>
    internal void Forget(Account account, string serviceSid) => _cache.TryRemove((account.Id, serviceSid), out _);

    private sealed record Believed(NumberPool Pool, DateTimeOffset Until);
}
