using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>What settles one due document; empty when nothing does.</summary>
/// <param name="Due">The document.</param>
/// <param name="Draft">What is written for it.</param>
internal sealed record SweepChange(DueDocument Due, Draft Draft)
{
    public string Partition => Due.Partition;

    public IReadOnlyList<Write> Writes => Draft.Writes;
}

/// <summary>
/// Changes of one partition that go into one commit: at most 25 writes and 200 KB, none of one document twice. A
/// change is never torn; of two that write the same document, the second finds itself too late and is due again in the
/// next round.
/// </summary>
internal sealed record SweepBatch(string Partition, IReadOnlyList<SweepChange> Changes)
{
    // A change may be larger than this, but then it goes alone: what is large leaves room for others in between. A
    // hundred writes take SQLite ten milliseconds, and a physical partition of Cosmos DB the units of a second.
    private const int MaxWrites = 25;
    private const int MaxBytes = 200_000;

    public IReadOnlyList<Write> Writes => [.. Changes.SelectMany(change => change.Writes)];

    public static IEnumerable<SweepBatch> Gather(IEnumerable<SweepChange> changes) =>
        changes.Where(change => change.Writes.Count > 0).GroupBy(change => change.Partition).SelectMany(Split);

    private static IEnumerable<SweepBatch> Split(IGrouping<string, SweepChange> partition)
    {
        List<SweepChange> batch = [];
        HashSet<string> written = new(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var change in partition)
        {
            var ids = change.Writes.Select(write => write.DocumentId).ToList();
            var size = change.Writes.Sum(write => (long)CommitRules.BytesOf(write));
            if (batch.Count > 0 && (written.Count + ids.Count > MaxWrites || bytes + size > MaxBytes
                || written.Overlaps(ids)))
            {
                yield return new(partition.Key, batch);
                (batch, bytes) = ([], 0);
                written.Clear();
            }

            bytes += size;

            batch.Add(change);
            written.UnionWith(ids);
        }

        yield return new(partition.Key, batch);
    }
}
