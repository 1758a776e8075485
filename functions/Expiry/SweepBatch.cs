using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>What settles one due document; empty when nothing does.</summary>
internal sealed record SweepChange(string Partition, Draft Draft)
{
    public IReadOnlyList<Write> Writes => Draft.Writes;
}

/// <summary>
/// Changes of one partition that go into one commit: at most 100 writes, none of one document twice. A change is never
/// torn; of two that write the same document, the second finds itself too late and is due again in the next round.
/// </summary>
internal sealed record SweepBatch(string Partition, IReadOnlyList<SweepChange> Changes)
{
    private const int MaxWrites = 100;

    public IReadOnlyList<Write> Writes => [.. Changes.SelectMany(change => change.Writes)];

    public static IEnumerable<SweepBatch> Gather(IEnumerable<SweepChange> changes) =>
        changes.Where(change => change.Writes.Count > 0).GroupBy(change => change.Partition).SelectMany(Split);

    private static IEnumerable<SweepBatch> Split(IGrouping<string, SweepChange> partition)
    {
        List<SweepChange> batch = [];
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (var change in partition)
        {
            var ids = change.Writes.Select(write => write.DocumentId).ToList();
            if (batch.Count > 0 && (written.Count + ids.Count > MaxWrites || written.Overlaps(ids)))
            {
                yield return new(partition.Key, batch);
                batch = [];
                written.Clear();
            }

            batch.Add(change);
            written.UnionWith(ids);
        }

        yield return new(partition.Key, batch);
    }
}
