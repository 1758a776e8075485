using System.Collections.Concurrent;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Finds the Service that a path names. Services seldom change, so one that was read is believed for some seconds,
/// which keeps what lies under it at one store call.
/// </summary>
public sealed class ServiceDirectory(IDocumentStore store, TimeProvider time)
{
    private const int MaxCached = 10_000;
    private readonly ConcurrentDictionary<(string Account, string Sid), Believed> _cache = new();

    /// <summary>How long a Service that was read may be believed.</summary>
    public static TimeSpan Belief { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The Service of this SID.</summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    public async ValueTask<Stored<ProxyService>> Find(Exchange exchange, string sid)
    {
        var key = (exchange.Account.Id, sid);
        if (_cache.TryGetValue(key, out var cached) && time.GetUtcNow() < cached.Until)
        {
            return cached.Service;
        }

        var service = await Read(exchange, sid) ?? throw ProxyErrors.NotFound($"/Services/{sid}");
        if (_cache.Count >= MaxCached)
        {
            _cache.Clear();
        }

        _cache[key] = new(service, time.GetUtcNow() + Belief);
        return service;
    }

    /// <summary>Reads a Service as it is stored now, by its SID, or null.</summary>
    public async ValueTask<Stored<ProxyService>?> Read(Exchange exchange, string sid) => Sids.Is(Sids.Service, sid)
        ? ServiceDocuments.Kind.Open(
            (await store.Read(ServiceDocuments.PartitionOf(exchange.Account), sid, exchange.Aborted)).OrNull())
        : null;

    /// <summary>Forgets what was read of a Service that has changed.</summary>
    public void Forget(Account account, string sid) => _cache.TryRemove((account.Id, sid), out _);

    private sealed record Believed(Stored<ProxyService> Service, DateTimeOffset Until);
}
