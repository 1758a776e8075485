using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Where something has happened, for inboxes that are opened or go on.</summary>
public sealed class Activities(IDocumentStore store, StoreWatch watch)
{
    private const int PageSize = 1000;

    // Whoever comes back after a long time looks at each session rather than at all that has happened meanwhile.
    private const int MostPages = 5;

    /// <summary>By when all that was written was told, to those who listen.</summary>
    public DateTimeOffset SeenUpTo => watch.SeenUpTo;

    /// <summary>Where something was written since a moment; null when that is too much to ask for.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlySet<string>?> Since(DateTimeOffset moment, CancellationToken cancellation)
    {
        HashSet<string> partitions = new(StringComparer.Ordinal);
        var query = new DueQuery(Activity.Kinds, Activity.Latest, 1) { From = Activity.DueAt(moment) };
        if ((await store.ReadDue(query, cancellation)).OrNull() is [])
        {
            return partitions;
        }

        foreach (var kind in Activity.Kinds)
        {
            var (pages, next) = (0, query with { Kinds = [kind], Limit = PageSize });
            while ((await store.ReadDue(next, cancellation)).OrNull() is [.., var last] page)
            {
                partitions.UnionWith(page.Select(one => one.Partition));
                next = next with { After = last };
                if (++pages == MostPages)
                {
                    return null;
                }
            }
        }

        return partitions;
    }
}
