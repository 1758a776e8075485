namespace Sessions.Storage;

/// <summary>
/// How the store is, for whoever decides where requests go. It asks past the guard, so that it stands behind nobody;
/// and it writes, when nobody else has lately, since a store that cannot be written to may well be read.
/// </summary>
public sealed class StoreHealth
{
    private const string Partition = "health";
    private const string Id = "probe";
    private static readonly TimeSpan _lately = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);
    private readonly GuardedStore _store;
    private readonly TimeProvider _time;

    internal StoreHealth(GuardedStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Whether it can be read and written; if not, when to ask again.</summary>
    public async ValueTask<(bool IsWell, TimeSpan? RetryAfter)> Look(CancellationToken cancellation)
    {
        var read = await _store.Unguarded.Read(Partition, Id, cancellation);
        if (read.Outcome is not (StoreOutcome.Done or StoreOutcome.NotFound))
        {
            return (false, read.RetryAfter);
        }

        if (_store.IsWell && _store.HasCommittedWithin(_lately))
        {
            return (true, null);
        }

        var written = await _store.Unguarded.Commit(Partition, [new Write.Put(Probe())], cancellation);
        return (written.Outcome is StoreOutcome.Done && _store.IsWell, written.RetryAfter);
    }

    private Document Probe()
    {
        var now = _time.GetUtcNow();
        return new()
        {
            Partition = Partition,
            Id = Id,
            Kind = "health/probe",
            Account = "",
            CreatedAt = now,
            UpdatedAt = now,
            PurgeAt = now + _kept,
            Body = "{}"u8.ToArray(),
        };
    }
}
