using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Changes that are only tried: all is read, decided and checked, and nothing is written. What a commit would have met
/// is looked for instead: an id or a key that is taken, and what is not there to be removed.
/// </summary>
internal sealed class Rehearsal(IDocumentStore store, Contention contention)
{
    /// <summary>Tries what <see cref="Changes"/> makes of one subject.</summary>
    public ValueTask<Outcome<T>> Try<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where T : class => contention.WaitOut<Outcome<T>>(
            async _ =>
            {
                await (subject.Beforehand?.Invoke() ?? default);
                var decision = await Changes.Decide(command, subject, decide, command.Now);
                if (await Met(subject.Partition, decision, command) is not { } met)
                {
                    return new(decision.Shown);
                }

                await (subject.Taken?.Invoke(met, command.Now) ?? default);
                return null;
            },
            command.Cancellation);

    /// <summary>Tries what <see cref="Changes.Gather"/> makes, by itself.</summary>
    public ValueTask<Gathered<TSeen, T>> Try<TSeen, T>(
        Command command, Gathering<TSeen, T> gathering, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where TSeen : class, IStanding<TSeen>
        where T : class => contention.WaitOut<Gathered<TSeen, T>>(
            async _ =>
            {
                var seen = await gathering.Load(null, command.Now);
                await (gathering.Learn?.Invoke(seen) ?? default);
                for (HashSet<string> learnt = []; ;)
                {
                    var decision = decide(seen, command.Now);
                    if (gathering.VersionOf(seen) is { } version)
                    {
                        command.RequireVersion(version);
                    }

                    if (await Met(seen.Partition, decision, command) is not { } met)
                    {
                        return new(seen.After(decision.Written), decision.Shown);
                    }

                    // What teaches nothing was written by somebody else since it was read.
                    if (gathering.Taken is not { } taken || !learnt.Add(met.DocumentId))
                    {
                        return null;
                    }

                    taken(met);
                }
            },
            command.Cancellation);

    private async ValueTask<Write?> Met(string partition, Decision decision, Command command)
    {
        // Nothing of it is written, so no event has a lease.
        var writes = new Draft(decision, null, false, command.Now, TimeSpan.Zero).Writes;
        HashSet<string> own = [.. writes.Select(write => write.DocumentId)];
        foreach (var write in writes)
        {
            if (write switch
            {
                Write.Create(var made) => await IsThere(made.Id) || await IsTaken(made.Key),
                Write.Replace(var made) => await IsTaken(made.Key),
                Write.Put(var made) => await IsTaken(made.Key),
                _ => !await IsThere(write.DocumentId),
            })
            {
                return write;
            }
        }

        return null;

        async ValueTask<bool> IsThere(string id) =>
            (await store.Read(partition, id, command.Cancellation)).OrNull() is not null;

        // What the same commit writes or removes may hold the key until then.
        async ValueTask<bool> IsTaken(string? key) => key is not null
            && (await store.ReadByKey(partition, key, command.Cancellation)).OrNull() is { } holder
            && !own.Contains(holder.Id);
    }
}
