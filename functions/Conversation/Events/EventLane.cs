using System.Diagnostics.CodeAnalysis;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// The one writer of a session in this process: what callers propose while a commit is under way goes into the next
/// one, so that many publishers at once cost few commits and do not stand in each other's way. Other processes are kept
/// apart by the log's version.
/// </summary>
internal sealed class EventLane(
    IDocumentStore store, SessionReader reader, EventSignals signals, string heads, string sessionId)
{
    // Beside these a commit writes the log, and an update that is still to be told.
    private const int MaxWrites = CommitRules.MaxWrites - 2;
    private const int MaxBytes = 1024 * 1024;
    private const int Attempts = 40;

    private readonly Lock _gate = new();
    private readonly Queue<Pending> _waiting = [];
    private bool _over;
    private bool _running;

    /// <summary>Queues a proposal; false when the lane has been given up.</summary>
    /// <param name="pending">The proposal.</param>
    /// <param name="run">Whether the caller must start <see cref="Run"/>.</param>
    public bool TryAdd(Pending pending, out bool run)
    {
        lock (_gate)
        {
            run = !_over && !_running;
            _running = true;
            if (!_over)
            {
                _waiting.Enqueue(pending);
            }

            return !_over;
        }
    }

    /// <summary>Writes until nobody waits; after that the lane takes no more.</summary>
    public async Task Run()
    {
        Stored<SessionLog>? log = null;
        while (Take() is { Count: > 0 } batch)
        {
            log = await Write(batch, log);
        }
    }

    private List<Pending> Take()
    {
        lock (_gate)
        {
            List<Pending> batch = [];
            var (writes, size) = (0, 0);
            while (_waiting.TryPeek(out var next))
            {
                writes += next.Proposal.Writes;
                size += next.Proposal.Size;
                if (batch.Count > 0 && (writes > MaxWrites || size > MaxBytes))
                {
                    break;
                }

                batch.Add(_waiting.Dequeue());
            }

            _over = batch.Count == 0;
            return batch;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is told to those who wait for it.")]
    private async Task<Stored<SessionLog>?> Write(List<Pending> batch, Stored<SessionLog>? log)
    {
        try
        {
            for (var attempt = 0; batch.Count > 0; attempt++)
            {
                if (attempt == Attempts)
                {
                    throw new StoreFaultException(StoreOutcome.PreconditionFailed);
                }

                log = await WriteOnce(batch, log);
            }
        }
        catch (Exception reason)
        {
            batch.ForEach(pending => pending.Fail(reason));
            log = null;
        }

        return log;
    }

    /// <summary>Tries to write the batch, and takes from it who has been answered.</summary>
    /// <returns>The log as it is known to be now; null when it must be read again.</returns>
    private async Task<Stored<SessionLog>?> WriteOnce(List<Pending> batch, Stored<SessionLog>? known)
    {
        var (session, log) = await reader.Both(heads, sessionId, known);
        if (session is null)
        {
            throw ConversationErrors.NotFound(sessionId);
        }

        var commit = new EventBatch(session, log);
        batch.ForEach(commit.Add);
        var writes = commit.Writes;
        if (writes.Count == 0 && known is not null)
        {
            // What is known may have been overtaken by another process; only a commit would have shown it.
            return null;
        }

        // Nobody's own cancellation may end what is written for many.
        var partition = SessionDocuments.PartitionOf(session);
        var result = writes.Count == 0
            ? new CommitResult(StoreOutcome.Done, [""])
            : (await store.Commit(partition, writes, CancellationToken.None)).OrFault();
        if (result.Outcome == StoreOutcome.Done)
        {
            commit.Answer();
            batch.Clear();
            signals.Tell(partition);
            return writes.Count == 0 ? null : commit.LogAt(result.ETags[0]);
        }

        var repeated = commit.OwnersOf(result.FailedWrite);
        foreach (var pending in repeated)
        {
            batch.Remove(pending);
            pending.Complete(commit.Repeated(pending));
        }

        if (repeated.Count > 0)
        {
            return log;
        }

        return null;
    }
}
