using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
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

    /// <summary>What answers show of a session, by its id; null when there is none of this kind.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<Shown<TShown>?> Show<T, TShown>(
        Kind<T> kind,
        string partition,
        string id,
        JsonTypeInfo<TShown> shown,
        DateTimeOffset now,
        CancellationToken cancellation)
        where T : class
        where TShown : class =>
        kind.Show((await _store.Read(partition, id, cancellation)).OrNull(), now, shown);

    /// <summary>Several things of one kind by their ids, in this order; without those that are not there.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlyList<State<T>>> Find<T>(
        Kind<T> kind,
        string partition,
        IReadOnlyList<string> ids,
        DateTimeOffset now,
        CancellationToken cancellation)
        where T : class =>
    [
        .. (await _store.Read(partition, ids, cancellation)).OrNull()!
            .Select(document => kind.Open(document, now)).OfType<State<T>>(),
    ];

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
    public ValueTask<State<T>?> FindRecent<T>(
        Kind<T> kind, string partition, string id, DateTimeOffset now, CancellationToken cancellation)
        where T : class =>
        _recent.Known(partition, id) is { } known
            ? ValueTask.FromResult<State<T>?>(Opened(kind, known, now))
            : ReadRecent(kind, partition, id, now, cancellation);

    /// <summary>Whether <see cref="FindRecent{T}"/> would answer without reading.</summary>
    public bool IsRecent(string partition, string id) => _recent.Knows(partition, id);

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

    private async ValueTask<State<T>?> ReadRecent<T>(
        Kind<T> kind, string partition, string id, DateTimeOffset now, CancellationToken cancellation)
        where T : class =>
        await _recent.Read(partition, id, () => _store.Read(partition, id, cancellation)) is { } recent
            ? Opened(kind, recent, now)
            : null;

    private static State<T>? Opened<T>(Kind<T> kind, RecentDocuments.Recent recent, DateTimeOffset now)
        where T : class =>
        recent.Opened as State<T> ?? recent.Keep(kind.Open(recent.Document, now));

    /// <summary>A document of any kind, for what knows its kind only when it sees it.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<Document?> Find(string partition, string id, CancellationToken cancellation) =>
        (await _store.Read(partition, id, cancellation)).OrNull();
}

/// <summary>
/// Documents that seldom change, believed for some seconds. The engine forgets what it writes, so that this process
/// sees
/// its own changes at once.
/// </summary>
internal sealed class RecentDocuments(TimeProvider time)
{
    private const int MaxKept = 10_000;
    private readonly ConcurrentDictionary<(string Partition, string Id), Recent> _kept = new();
    private readonly ConcurrentDictionary<(string Partition, string SeenAs), RecentView> _views = new();

    /// <summary>How long what was read is believed.</summary>
    public static TimeSpan Belief { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a document is believed.</summary>
    public bool Knows(string partition, string id) => Known(partition, id) is not null;

    /// <summary>What is believed; null for nothing.</summary>
    public Recent? Known(string partition, string id) =>
        _kept.TryGetValue((partition, id), out var known) && time.GetUtcNow() < known.Until ? known : null;

    /// <summary>What is believed, or what is there now; null when that is nothing, which is not believed.</summary>
    public async ValueTask<Recent?> Read(string partition, string id, Func<ValueTask<ReadResult<Document>>> read)
    {
        if (Known(partition, id) is { } known)
        {
            return known;
        }

        // Whoever writes it meanwhile takes this away, and then what was read is not kept.
        var reading = new Recent(null, DateTimeOffset.MinValue);
        _kept[(partition, id)] = reading;
        if ((await read()).OrNull() is not { } document)
        {
            _kept.TryRemove(new((partition, id), reading));
            return null;
        }

        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        var recent = new Recent(document, time.GetUtcNow() + Belief);
        _kept.TryUpdate((partition, id), recent, reading);
        return recent;
    }

    /// <summary>
    /// The same of what several documents come to, such as a list. Those who read it at the same time get one view, the
    /// first that came: what they note in it, such as what they give out, they note for each other.
    /// </summary>
    public async ValueTask<TView> ReadView<TView>(string partition, string seenAs, Func<ValueTask<TView>> read)
        where TView : class
    {
        if (_views.TryGetValue((partition, seenAs), out var known) && known.View is not null)
        {
            if (known.View is TView view && time.GetUtcNow() < known.Until)
            {
                return view;
            }

            _views.TryRemove(new((partition, seenAs), known));
        }

        // Whoever writes one of them meanwhile takes this away, and then what was read is not kept.
        var reading = _views.GetOrAdd((partition, seenAs), static _ => new(null, null, default));
        var seen = await read();
        if (_views.Count >= MaxKept)
        {
            _views.Clear();
        }

        return !_views.TryUpdate((partition, seenAs), new(reading, seen, time.GetUtcNow() + Belief), reading)
            && _views.TryGetValue((partition, seenAs), out var first) && first.Reading == reading
            && first.View is TView shared
            ? shared
            : seen;
    }

    /// <summary>Forgets what has just been written.</summary>
    public void Forget(string partition, Draft draft)
    {
        Forget(partition, draft.Writes);
        if (!_views.IsEmpty)
        {
            for (var i = 0; i < draft.Kinds.Count; i++)
            {
                _views.TryRemove((partition, draft.Kinds[i]), out _);
            }
        }
    }

    /// <summary>Forgets what has just been written.</summary>
    public void Forget(string partition, IReadOnlyList<Write> writes)
    {
        if (!_kept.IsEmpty)
        {
            for (var i = 0; i < writes.Count; i++)
            {
                _kept.TryRemove((partition, writes[i].DocumentId), out _);
            }
        }
    }

    /// <summary>A document, and what was read in it.</summary>
    internal sealed class Recent(Document? document, DateTimeOffset until)
    {
        public Document? Document => document;

        public DateTimeOffset Until => until;

        public State? Opened { get; private set; }

        public State<T>? Keep<T>(State<T>? opened)
            where T : class
        {
            Opened = opened;
            return opened;
        }
    }

    // A class, since a placeholder, which has no view yet, is the same as no other.
    private sealed class RecentView(RecentView? reading, object? view, DateTimeOffset until)
    {
        /// <summary>The placeholder that it took the place of; null for one.</summary>
        public RecentView? Reading => reading;

        public object? View => view;

        public DateTimeOffset Until => until;
    }
}
