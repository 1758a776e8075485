using Sessions.Simulation;
using Sessions.Storage;

namespace Sessions.Tests.Support;

/// <summary>A store in which something else happens between a request's reads and its commit.</summary>
/// <param name="store">The store.</param>
/// <param name="spans">Whether it commits in two partitions at once where the store does.</param>
internal sealed class InterruptedStore(IDocumentStore store, bool spans = false) : PassedOnStore(store), IDocumentStore
{
    private readonly IDocumentStore _store = store;
    private Func<Task>? _beforeNextCommit;

    /// <summary>What happens before the next commit, once.</summary>
    public Func<Task>? BeforeNextCommit
    {
        set => _beforeNextCommit = value;
    }

    public bool SpansPartitions => spans && _store.SpansPartitions;

    public override async ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        await Interrupt();
        return await base.Commit(partition, writes, cancellation);
    }

    public async ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation)
    {
        await Interrupt();
        return await _store.Commit(first, second, cancellation);
    }

    private Task Interrupt() =>
        Interlocked.Exchange(ref _beforeNextCommit, null)?.Invoke() ?? Task.CompletedTask;
}
