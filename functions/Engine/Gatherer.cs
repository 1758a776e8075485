using System.Diagnostics.CodeAnalysis;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Makes one commit of what many want at the same time. Whoever has the turn decides for all who wait, one after the
/// other, and answers them all; a commit under way is when the next ones gather.
/// </summary>
internal sealed class Gatherer(
    IDocumentStore store,
    OutboxBell outbox,
    Lanes lanes,
    Contention contention,
    RecentDocuments recent,
    OnceRecords records,
    Repeats repeats,
    TimeProvider time)
{
    /// <summary>See <see cref="Changes.Gather"/>.</summary>
    public async Task<Gathered<TSeen, T>> Gather<TSeen, T>(
        Command command, Gathering<TSeen, T> gathering, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where TSeen : class, IStanding<TSeen>
        where T : class
    {
        // Whoever repeats waits for the first, so that no two of one key are in a commit.
        using var first = command.Once is { } once
            ? await lanes.Take($"{gathering.Lane}/{once.Id}", command.Cancellation)
            : default;
        var change = new GatheredChange<TSeen, T>(Lead, command, gathering, decide, records, repeats);
        if (lanes.TakeOrRide(gathering.Lane, change) is { } turn)
        {
            Begin(turn, change);
        }

        try
        {
            return await change.Answer(command.Cancellation);
        }
        finally
        {
            change.GiveUp();
        }
    }

    // Not before whoever hands the turn over has let go of the lane.
    private void Lead<TSeen>(Lanes.Turn turn, GatheredChange<TSeen> first)
        where TSeen : class, IStanding<TSeen> => _ = RunNext(turn, first);

    private async Task RunNext<TSeen>(Lanes.Turn turn, GatheredChange<TSeen> first)
        where TSeen : class, IStanding<TSeen>
    {
        await Task.Yield();
        await Run(turn, first);
    }

    private void Begin<TSeen>(Lanes.Turn turn, GatheredChange<TSeen> first)
        where TSeen : class, IStanding<TSeen> => _ = Run(turn, first);

    // Ends when it and those that waited behind it are answered. Nobody's own cancellation ends what is written for
    // many.
    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is told to the one who waits for it.")]
    private async Task Run<TSeen>(Lanes.Turn turn, GatheredChange<TSeen> first)
        where TSeen : class, IStanding<TSeen>
    {
        try
        {
            using var whole = turn;
            TSeen? left = null;
            List<GatheredChange<TSeen>> waiting = [first, .. turn.TakeAlong<GatheredChange<TSeen>>()];
            while (waiting.Count > 0)
            {
                left = await Write([.. waiting.Take(CommitRules.MaxWrites)], left);
                waiting.RemoveAll(change => change.IsAnswered);
                waiting.AddRange(turn.TakeAlong<GatheredChange<TSeen>>());
            }
        }
        catch (Exception reason)
        {
            first.Fail(reason);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is told to those who wait for it.")]
    private async Task<TSeen?> Write<TSeen>(List<GatheredChange<TSeen>> changes, TSeen? left)
        where TSeen : class, IStanding<TSeen>
    {
        try
        {
            return await contention.WaitOut(isFirst => Try(changes, isFirst ? left : null), CancellationToken.None);
        }
        catch (Exception reason)
        {
            changes.ForEach(change => change.Fail(reason));
            return null;
        }
    }

    // Null when somebody else was faster.
    private async ValueTask<TSeen?> Try<TSeen>(List<GatheredChange<TSeen>> changes, TSeen? known)
        where TSeen : class, IStanding<TSeen>
    {
        var now = changes.Select(change => change.Asked).Append(time.GetUtcNow()).Max();
        var seen = await changes[0].Load(known, now);
        List<ValueTask> learning =
            [.. changes.Where(change => change.Learns).Select(change => change.Learn(seen, now))];
        foreach (var lesson in learning)
        {
            await lesson;
        }

        HashSet<object> resolved = [];
        while (true)
        {
            changes.RemoveAll(change => change.IsAnswered);
            if (changes.Count == 0)
            {
                return seen;
            }

            var (draft, decided) = Decide(changes, seen, now);
            if (known is not null && !draft.IsConditional)
            {
                // What is known may have been overtaken by another process; only a commit would have shown it.
                return await Try(changes, null);
            }

            var result = await Commit(draft, seen, changes[0]);
            if (result.Outcome is StoreOutcome.Done)
            {
                foreach (var change in decided)
                {
                    await change.Settle(draft, result);
                }

                return seen.After(draft.Stored(result));
            }

            // Whose own write failed goes his own way, and the others try again without him.
            if (result.FailedWrite < 0 || draft.OwnerOf(result.FailedWrite) is not GatheredChange<TSeen> owner
                || !resolved.Add(owner) || !await owner.Resolve(draft.Writes[result.FailedWrite]))
            {
                return null;
            }
        }
    }

    // Each on what the one before has left, as many as fit into a commit.
    private (Draft Draft, List<GatheredChange<TSeen>> Decided) Decide<TSeen>(
        List<GatheredChange<TSeen>> changes, TSeen seen, DateTimeOffset now)
        where TSeen : class, IStanding<TSeen>
    {
        var draft = new Draft(now, outbox.Lease);
        List<GatheredChange<TSeen>> decided = [];
        foreach (var change in changes)
        {
            if (change.Decide(seen, draft, now) is not { } after)
            {
                break;
            }

            decided.Add(change);
            seen = after;
        }

        return (draft, decided);
    }

    private async ValueTask<CommitResult> Commit<TSeen>(Draft draft, TSeen seen, GatheredChange<TSeen> first)
        where TSeen : class, IStanding<TSeen>
    {
        if (draft.Writes.Count == 0)
        {
            return new(StoreOutcome.Done, []);
        }

        var result = (await store.Commit(seen.Partition, draft.Writes, CancellationToken.None)).OrFault();
        recent.Forget(seen.Partition, draft);
        if (result.Outcome is StoreOutcome.Done)
        {
            outbox.RingKept(draft.Told, draft.Writes, result);
            first.Tell(seen);
        }

        return result;
    }
}
