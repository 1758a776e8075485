using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Settles a single document that is in somebody's way, as the timer would by now. It waits for nobody, so that two who
/// stand in each other's way cannot wait for each other.
/// </summary>
public sealed class Settler
{
    private readonly IDocumentStore _store;
    private readonly OutboxBell _outbox;
    private readonly RecentDocuments _recent;
    private readonly ClockLeap _leap;

    internal Settler(IDocumentStore store, OutboxBell outbox, RecentDocuments recent, ClockLeap leap) =>
        (_store, _outbox, _recent, _leap) = (store, outbox, recent, leap);

    /// <summary>Settles it when it is due. Whoever is faster does the same.</summary>
    /// <returns>
    /// False when it is left as it is, since it is due by nothing but a clock that has just gone ahead all at once.
    /// </returns>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<bool> Settle(
        IDueKind kind, string partition, string id, DateTimeOffset now, CancellationToken cancellation)
    {
        if ((await _store.Read(partition, id, cancellation)).OrNull() is { } document
            && document.Kind == kind.Name && document.DueAt <= now)
        {
            if (_leap.Doubts(document.DueAt, now))
            {
                return false;
            }

            var draft = new Draft(
                await kind.WhenDue(document, now, cancellation), null, overOld: false, now, _outbox.Lease);
            var result = (await _store.Commit(partition, draft.Writes, cancellation)).OrFault();
            _recent.Forget(partition, draft);
            _outbox.RingKept(result.Outcome is StoreOutcome.Done ? draft.Told : [], draft.Writes, result);
        }

        return true;
    }
}
