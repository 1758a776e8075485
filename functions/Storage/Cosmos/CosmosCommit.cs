using System.Net;

namespace Sessions.Storage.Cosmos;

/// <summary>One commit, from its first try to what the caller is told.</summary>
internal sealed class CosmosCommit(
    CosmosRequests requests, CosmosReader reader, string partition, IReadOnlyList<Write> writes, DateTimeOffset now,
    CosmosBudget budget)
{
    // A clearing takes away all that is dead. Only others who go on making dead documents could need more of them.
    private const int MaxClearings = 3;

    private readonly DeadItems _dead = new(requests, reader, partition, writes, now, budget);
    private readonly LostCommit _lost = new(reader, partition, writes, budget);
    private CosmosWrite[] _prepared = [];
    private bool _mayBeMade;
    private int _clearings;

    /// <summary>Tries until it is made, refused, or out of time.</summary>
    public async ValueTask<CommitResult> Run()
    {
        var deletes = await _dead.AmongBlindDeletes();
        if (deletes.Fate is not CosmosFate.Done)
        {
            return NotMade(deletes);
        }

        var dead = deletes.Value!.Select(item => item.Id).ToHashSet();
        _prepared = [.. writes.Select(write => CosmosWrite.Of(write, _lost.WrittenBy, dead, now))];
        while (true)
        {
            var reply = await budget.Send(stop => requests.Write(partition, _prepared, stop));
            var result = reply.Fate switch
            {
                CosmosFate.Done => Made(reply.Value!),
                CosmosFate.Refused => await Refused(reply),
                CosmosFate.Throttled or CosmosFate.NotDone or CosmosFate.Unknown => await Later(reply),
                _ => NotMade(reply),
            };
            if (result is { } told)
            {
                return told;
            }
        }
    }

    private CommitResult Made(string[] etags) =>
        new(StoreOutcome.Done, [.. writes.Select((write, index) => CosmosVersion.After(write, etags[index]))]);

    /// <summary>What to tell of a refusal; null when what was in the way was dead and is gone now.</summary>
    private async ValueTask<CommitResult?> Refused(CosmosReply<string[]> reply)
    {
        if (_mayBeMade && await _lost.Explain(reply) is { } explained)
        {
            return explained;
        }

        if (reply.Status is HttpStatusCode.Conflict && _clearings++ < MaxClearings)
        {
            var cleared = await _dead.Clear();
            if (cleared.Value is not { Count: 0 })
            {
                return cleared.Fate is CosmosFate.Done ? null : NotMade(cleared);
            }
        }

        var outcome = _prepared[reply.FailedWrite].IsOfDead ? StoreOutcome.NotFound : CosmosOutcome.Of(reply);
        return new(outcome, [], reply.FailedWrite);
    }

    /// <summary>Waits, and tells nothing unless the time is up.</summary>
    private async ValueTask<CommitResult?> Later(CosmosReply<string[]> reply)
    {
        _mayBeMade |= reply.Fate is CosmosFate.Unknown;
        return await budget.WaitAfter(reply) ? null
            : _mayBeMade ? new(StoreOutcome.Unavailable, [], RetryAfter: reply.RetryAfter)
            : NotMade(reply);
    }

    private static CommitResult NotMade<T>(CosmosReply<T> reply)
        where T : class => new(CosmosOutcome.Of(reply), [], RetryAfter: reply.RetryAfter);
}
