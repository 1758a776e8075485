namespace Sessions.Storage.Cosmos;

/// <summary>Reads what is due: one query over all partitions, whatever the number of kinds.</summary>
internal sealed class DueReader(CosmosReader reader)
{
    /// <summary>
    /// The longest due of these kinds. When they fill the answer, a kind that is not among them may wait behind: each
    /// such kind is asked for by itself and takes some of the places.
    /// </summary>
    public async ValueTask<CosmosReply<List<CosmosItem>>> Read(
        IReadOnlyCollection<string> kinds, DateTimeOffset dueBy, int limit, DateTimeOffset now, CosmosBudget budget)
    {
        var all = await Ask(kinds, limit);
        if (all.Value is not { } due || due.Count < limit)
        {
            return all;
        }

        var waiting = kinds.Except(due.Select(item => item.Kind)).ToList();
        var share = limit / kinds.Count;
        foreach (var kind in share > 0 ? waiting : [])
        {
            var reply = await Ask([kind], share);
            if (reply.Value is not { } late)
            {
                return reply;
            }

            due.RemoveRange(due.Count - late.Count, late.Count);
            due.InsertRange(0, late);
        }

        return all;

        ValueTask<CosmosReply<List<CosmosItem>>> Ask(IReadOnlyCollection<string> some, int most) =>
            reader.Items(CosmosQueries.Due(some, dueBy, now), null, most, budget);
    }
}
