using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>Removes what is too much for the one commit that made it superfluous.</summary>
internal sealed class Emptying(IDocumentStore store, RecentDocuments recent)
{
    /// <summary>
    /// Removes all that a list holds without reading it, a commit for each page: what is too much for the one that made
    /// it superfluous. To be killed half way or to run twice at once does no harm.
    /// </summary>
    /// <param name="list">The list. A page of it, with what goes along, must fit into a commit.</param>
    /// <param name="along">The ids of what goes along with an entry, by its id.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask RemoveAll(
        ListQuery list, Func<string, IEnumerable<string>> along, CancellationToken cancellation)
    {
        while ((await store.ListNames(list, cancellation)).OrNull() is { Count: > 0 } page)
        {
            await RemovePage(
                list.Partition,
                [
                    .. page.SelectMany(entry => along(entry.Id)).Select(id => new Write.Delete(id)),
                    .. page.Select(entry => new Write.Delete(entry.Id, entry.ETag)),
                ],
                cancellation);
        }
    }

    /// <summary>The same where what goes along with an entry is known only from the entry itself.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask RemoveAllRead(
        ListQuery list, Func<Document, IEnumerable<string>> along, CancellationToken cancellation)
    {
        while ((await store.List(list with { MayLag = true }, cancellation)).OrNull() is { Count: > 0 } page)
        {
            await RemovePage(
                list.Partition,
                [
                    .. page.SelectMany(along).Select(id => new Write.Delete(id)),
                    .. page.Select(entry => new Write.Delete(entry.Id, entry.ETag)),
                ],
                cancellation);
        }
    }

    private async ValueTask RemovePage(string partition, List<Write> deletes, CancellationToken cancellation)
    {
        await store.GiveWay(deletes, cancellation);
        while ((await store.Commit(partition, deletes, cancellation)).OrFault() is { FailedWrite: >= 0 } gone)
        {
            // What somebody else has removed need not be, and what somebody has changed comes again.
            deletes.RemoveAt(gone.FailedWrite);
        }

        recent.Forget(partition, deletes);
    }
}
