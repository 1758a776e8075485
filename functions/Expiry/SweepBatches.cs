using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>Gathers the changes of one partition into commits of at most 100 writes; a change is never torn.</summary>
internal static class SweepBatches
{
    private const int MaxWrites = 100;

    public static IEnumerable<IReadOnlyList<IReadOnlyList<Write>>> Of(IEnumerable<IReadOnlyList<Write>> changes)
    {
        List<IReadOnlyList<Write>> batch = [];
        var size = 0;
        foreach (var writes in changes.Where(writes => writes.Count > 0))
        {
            if (size + writes.Count > MaxWrites && batch.Count > 0)
            {
                yield return batch;
                batch = [];
                size = 0;
            }

            batch.Add(writes);
            size += writes.Count;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
