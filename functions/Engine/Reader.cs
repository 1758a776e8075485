using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>Reads things as they count at a moment.</summary>
public sealed class Reader
{
    private readonly IDocumentStore _store;
    private readonly RecentDocuments _recent;

    internal Reader(IDocumentStore store, RecentDocuments recent) => (_store, _recent) = (store, recent);

    /// <summary>A thing by its id; null when there is none of this kind.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<State<T>?> Find<T>(
        Kind<T> kind, string partition, string id, DateTimeOffset now, CancellationToken cancellation)
        where T : class =>
        kind.Open((await _store.Read(partition, id, cancellation)).OrNull(), now);

    /// <summary>A thing by its second name; null when there is none of this kind.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<State<T>?> FindByKey<T>(
        Kind<T> kind, string partition, string key, DateTimeOffset now, CancellationToken cancellation)
        where T : class =>
        kind.Open((await _store.ReadByKey(partition, key, cancellation)).OrNull(), now);

    /// <summary>
    /// A thing that seldom changes, as it was at most five seconds ago; changes that this process makes are seen at
    /// once.
    /// </summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<State<T>?> FindRecent<T>(
        Kind<T> kind, string partition, string id, DateTimeOffset now, CancellationToken cancellation)
        where T : class =>
        await _recent.Read(partition, id, () => _store.Read(partition, id, cancellation)) is { } recent
            ? recent.Opened as State<T> ?? recent.Keep(kind.Open(recent.Document, now))
            : null;

    /// <summary>
    /// What several things of one kind come to, as it was at most five seconds ago; changes of such things that this
    /// process makes are seen at once.
    /// </summary>
    /// <param name="kind">The kind; see <see cref="Kind{T}.SeenAs"/> for several.</param>
    /// <param name="partition">Where they lie.</param>
    /// <param name="read">Reads them. One view of a kind is kept in a partition.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public ValueTask<TView> Recent<T, TView>(Kind<T> kind, string partition, Func<ValueTask<TView>> read)
        where T : class
        where TView : class =>
        _recent.ReadView(partition, kind.SeenAs, read);

    /// <summary>One page of a list, in its order.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlyList<State<T>>> List<T>(
        Kind<T> kind, ListQuery query, DateTimeOffset now, CancellationToken cancellation)
        where T : class =>
        [.. (await _store.List(query, cancellation)).OrNull()!.Select(document => kind.Open(document, now)!)];

    /// <summary>How many things of a kind there are in a partition. Costs more the more there are.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="partition">Where they lie.</param>
    /// <param name="index">What they are narrowed down by; null for all.</param>
    /// <param name="cancellation">Ends the count.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<long> Count<T>(
        Kind<T> kind, string partition, string? index, CancellationToken cancellation)
        where T : class =>
        (await _store.Count(new(partition, kind.Name) { Index = index }, cancellation)).OrNull()!.Value;

    /// <summary>A document of any kind, for what knows its kind only when it sees it.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<Document?> Find(string partition, string id, CancellationToken cancellation) =>
        (await _store.Read(partition, id, cancellation)).OrNull();
}
