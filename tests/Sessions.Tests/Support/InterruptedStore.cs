using Sessions.Simulation;
using Sessions.Storage;

namespace Sessions.Tests.Support;

/// <summary>A store in which something else happens between a request's reads and its commit.</summary>
internal sealed class InterruptedStore(IDocumentStore store) : PassedOnStore(store)
{
    private Func<Task>? _beforeNextCommit;

    /// <summary>What happens before the next commit, once.</summary>
    public Func<Task>? BeforeNextCommit
    {
        set => _beforeNextCommit = value;
    }

    public override async ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _beforeNextCommit, null) is { } interrupt)
        {
            await interrupt();
        }

        return await base.Commit(partition, writes, cancellation);
    }
}
