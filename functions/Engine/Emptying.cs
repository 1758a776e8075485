using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>Removes what is too much for the one commit that made it superfluous.</summary>
internal sealed class Emptying(IDocumentStore store, RecentDocuments recent)
{
    /// <summary>
    /// Removes all that a list holds, a commit for each page. To be killed half way or to run twice at once does no
    /// harm. Only when something goes along with the entries are they read.
    /// </summary>
    /// <param name="list">The list. A page of it, with what goes along, must fit into a commit.</param>
    /// <param name="along">The ids of what goes along with an entry; null when nothing does.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask RemoveAll(
        ListQuery list, Func<Document, IEnumerable<string>>? along, CancellationToken cancellation)
    {
        while (await Page(list, along, cancellation) is { Count: > 0 } deletes)
        {
            await RemovePage(list.Partition, deletes, cancellation);
        }
    }

    private async ValueTask<List<Write>> Page(
        ListQuery list, Func<Document, IEnumerable<string>>? along, CancellationToken cancellation)
    {
        if (along is null)
        {
            var names = (await store.ListNames(list, cancellation)).OrNull()!;
            return [.. names.Select(entry => new Write.Delete(entry.Id, entry.ETag))];
        }

        var page = (await store.List(list with { MayLag = true }, cancellation)).OrNull()!;
        return
        [
            .. page.SelectMany(along).Select(id => new Write.Delete(id)),
            .. page.Select(entry => new Write.Delete(entry.Id, entry.ETag)),
        ];
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
