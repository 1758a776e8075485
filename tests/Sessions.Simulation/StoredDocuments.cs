using System.Globalization;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>
/// What the simulated database holds. Every question is answered at one moment; what comes between a question and its
/// answer is <see cref="SimulatedStore"/>'s.
/// </summary>
internal sealed class StoredDocuments
{
    private readonly SortedDictionary<(string Partition, string Id), Document> _documents = new(
        Comparer<(string Partition, string Id)>.Create(Compare));

    private readonly Dictionary<(string Partition, string Key), string> _keys = [];
    private long _version;

    /// <summary>How many there are, those that count as absent among them.</summary>
    public int Count => _documents.Count;

    /// <summary>All of them, as they are stored.</summary>
    public IEnumerable<Document> All => _documents.Values;

    public Document? Find(string partition, string id, DateTimeOffset now) =>
        _documents.TryGetValue((partition, id), out var found) && IsAlive(found, now) ? found : null;

    public Document? FindByKey(string partition, string key, DateTimeOffset now) =>
        _keys.TryGetValue((partition, key), out var id) ? Find(partition, id, now) : null;

    public IReadOnlyList<Document> List(ListQuery query, DateTimeOffset now)
    {
        var isNewestFirst = query.Order is ListOrder.NewestFirst;
        var found =
            from document in Alive(now)
            where document.Partition == query.Partition && document.Kind == query.Kind
            where query.Index is null || document.Index == query.Index
            where query.After is not { } after || IsBehind(document, after, isNewestFirst)
            select document;
        var ordered = isNewestFirst
            ? found.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id, StringComparer.Ordinal)
            : found.OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal);
        return UpTo(ordered.Take(query.Limit), query.MaxBytes);
    }

    public IReadOnlyList<DocumentName> ListNames(ListQuery query, DateTimeOffset now) =>
    [
        .. List(query with { MaxBytes = null }, now)
            .Select(document => new DocumentName(document.Id, document.CreatedAt, document.ETag)),
    ];

    public IReadOnlyList<Document> ListAcross(AcrossQuery query, DateTimeOffset now)
    {
        var found =
            from document in Alive(now)
            where query.Kinds.Contains(document.Kind) && IsListed(document, query, now)
            where document.Partition.StartsWith(query.Account + ":", StringComparison.Ordinal)
            where !(document.CreatedAt < query.CreatedFrom) && !(document.CreatedAt >= query.CreatedBefore)
            where query.After is not { } after
                || Compare(PlaceOf(document), (after.CreatedAt, after.Id, after.Partition)) is not 0 and var way
                && way < 0 == query.Order is ListOrder.NewestFirst
            select document;
        var order = Comparer<Document>.Create((one, other) => Compare(PlaceOf(one), PlaceOf(other)));
        var ordered = query.Order is ListOrder.NewestFirst ? found.OrderDescending(order) : found.Order(order);
        return UpTo(ordered.Take(query.Limit), query.MaxBytes);
    }

    public DocumentCount Number(CountQuery query, DateTimeOffset now) => new(Alive(now).LongCount(document =>
        document.Kind == query.Kind
        && (query.Account is null ? IsCounted(document, query, now) : IsCountedAcross(document, query))));

    private static bool IsCounted(Document document, CountQuery query, DateTimeOffset now) =>
        document.Partition == query.Partition
        && (query.Index is null || document.Index == query.Index)
        && (query.WithDue || !(document.DueAt <= now));

    private static bool IsCountedAcross(Document document, CountQuery query) =>
        document.Account == query.Account
        && (document.Lifetime is { } life
            ? query.State == (life.Open ? CountQuery.OpenState : CountQuery.ClosedState)
            : document.Index?.StartsWith(query.State, StringComparison.Ordinal) is true);

    private static bool IsListed(Document document, AcrossQuery query, DateTimeOffset now) =>
        document.Kind == AcrossQuery.EventKind
            ? document.Index is [var initial, ..] && query.Initials.Contains(initial)
            : document.Lifetime is { } life
                && (query.Status is null || life.Status == query.Status)
                && (query.Open is not { } open || open == (life.Open && !(document.DueAt <= now)));

    private static (DateTimeOffset CreatedAt, string Id, string Partition) PlaceOf(Document document) =>
        (document.CreatedAt, document.Id, document.Partition);

    public IReadOnlyList<DueDocument> Due(DueQuery query, DateTimeOffset now)
    {
        var found =
            from kind in query.Kinds
            from document in Alive(now)
                .Where(one => one.Kind == kind && one.DueAt <= query.By && !(one.DueAt < query.From))
                .Where(one => query.After is not { } after
                    || ComparePlace(one, after.DueAt, after.Partition, after.Id) > 0)
                .Order(Comparer<Document>.Create((one, other) =>
                    ComparePlace(one, other.DueAt!.Value, other.Partition, other.Id)))
                .Take(query.Limit)
            select new DueDocument(document.Partition, document.Id, kind, document.DueAt!.Value, document.ETag)
            {
                Index = document.Index,
            };
        return [.. found];
    }

    /// <summary>All of the writes, or none.</summary>
    public CommitResult Commit(string partition, IReadOnlyList<Write> writes, DateTimeOffset now)
    {
        CommitRules.Check(partition, writes);
        var undo = new Stack<Action>();
        var etags = new List<string>(writes.Count);
        foreach (var write in writes)
        {
            var outcome = Apply(partition, write, now, undo, etags);
            if (outcome is not StoreOutcome.Done)
            {
                foreach (var back in undo)
                {
                    back();
                }

                return new(outcome, [], etags.Count);
            }
        }

        return new(StoreOutcome.Done, etags);
    }

    /// <summary>Removes what is past its time, and tells how much that was.</summary>
    public int Purge(DateTimeOffset now, int limit)
    {
        Document[] gone = [.. _documents.Values.Where(document => !IsAlive(document, now)).Take(limit)];
        foreach (var document in gone)
        {
            Remove(document);
        }

        return gone.Length;
    }

    private StoreOutcome Apply(
        string partition, Write write, DateTimeOffset now, Stack<Action> undo, List<string> etags)
    {
        var stored = _documents.GetValueOrDefault((partition, write.DocumentId));
        if (stored is { } dead && !IsAlive(dead, now))
        {
            Remove(dead);
            undo.Push(() => Set(dead));
            stored = null;
        }

        switch (write)
        {
            case Write.Create when stored is not null:
                return StoreOutcome.Conflict;
            case Write.Create(var document):
                return Store(document, null, now, undo, etags);
            case Write.Replace(var document):
                return stored is null ? StoreOutcome.NotFound
                    : stored.ETag != document.ETag ? StoreOutcome.PreconditionFailed
                    : Store(document, stored, now, undo, etags);
            case Write.Put(var document):
                return Store(document, stored, now, undo, etags);
            case Write.Delete when stored is null:
                return StoreOutcome.NotFound;
            case Write.Delete(_, var etag) when etag is not null && etag != stored.ETag:
                return StoreOutcome.PreconditionFailed;
            default:
                Remove(stored!);
                undo.Push(() => Set(stored!));
                etags.Add("");
                return StoreOutcome.Done;
        }
    }

    private StoreOutcome Store(
        Document document, Document? before, DateTimeOffset now, Stack<Action> undo, List<string> etags)
    {
        if (document.Key is { } key && _keys.TryGetValue((document.Partition, key), out var holder)
            && holder != document.Id)
        {
            var other = _documents[(document.Partition, holder)];
            if (IsAlive(other, now))
            {
                return StoreOutcome.Conflict;
            }

            Remove(other);
            undo.Push(() => Set(other));
        }

        if (before is not null)
        {
            Remove(before);
            undo.Push(() => Set(before));
        }

        var stored = InUtc(document) with
        {
            ETag = (++_version).ToString("x", CultureInfo.InvariantCulture),
            Body = document.Body.ToArray(),
        };
        Set(stored);
        undo.Push(() => Remove(stored));
        etags.Add(stored.ETag);
        return StoreOutcome.Done;
    }

    private static Document InUtc(Document document) => document with
    {
        CreatedAt = document.CreatedAt.ToUniversalTime(),
        UpdatedAt = document.UpdatedAt.ToUniversalTime(),
        DueAt = document.DueAt?.ToUniversalTime(),
        PurgeAt = document.PurgeAt?.ToUniversalTime(),
        Lifetime = document.Lifetime is { } life
            ? life with
            {
                CreatedAt = life.CreatedAt.ToUniversalTime(),
                UpdatedAt = life.UpdatedAt.ToUniversalTime(),
                StartedAt = life.StartedAt?.ToUniversalTime(),
                EndedAt = life.EndedAt?.ToUniversalTime(),
                LastActivityAt = life.LastActivityAt?.ToUniversalTime(),
                DateExpiry = life.DateExpiry?.ToUniversalTime(),
            }
            : null,
    };

    private void Set(Document document)
    {
        _documents[(document.Partition, document.Id)] = document;
        if (document.Key is { } key)
        {
            _keys[(document.Partition, key)] = document.Id;
        }
    }

    private void Remove(Document document)
    {
        _documents.Remove((document.Partition, document.Id));
        if (document.Key is { } key)
        {
            _keys.Remove((document.Partition, key));
        }
    }

    private IEnumerable<Document> Alive(DateTimeOffset now) =>
        _documents.Values.Where(document => IsAlive(document, now));

    private static bool IsAlive(Document document, DateTimeOffset now) => !(document.PurgeAt <= now);

    private static bool IsBehind(Document document, ListPosition after, bool isNewestFirst)
    {
        var order = Compare((document.CreatedAt, document.Id, ""), (after.CreatedAt, after.Id, ""));
        return isNewestFirst ? order < 0 : order > 0;
    }

    private static List<Document> UpTo(IEnumerable<Document> documents, int? maxBytes)
    {
        List<Document> page = [];
        long bytes = 0;
        foreach (var document in documents)
        {
            page.Add(document);
            bytes += document.Body.Length;
            if (bytes >= maxBytes)
            {
                break;
            }
        }

        return page;
    }

    private static int ComparePlace(Document one, DateTimeOffset dueAt, string partition, string id) =>
        one.DueAt!.Value.CompareTo(dueAt) is not 0 and var byTime ? byTime
        : Compare((one.Partition, one.Id), (partition, id));

    private static int Compare((string Partition, string Id) one, (string Partition, string Id) other) =>
        string.CompareOrdinal(one.Partition, other.Partition) is not 0 and var byPartition ? byPartition
        : string.CompareOrdinal(one.Id, other.Id);

    private static int Compare(
        (DateTimeOffset CreatedAt, string Id, string Partition) one,
        (DateTimeOffset CreatedAt, string Id, string Partition) other) =>
        one.CreatedAt.CompareTo(other.CreatedAt) is not 0 and var byTime ? byTime
        : string.CompareOrdinal(one.Id, other.Id) is not 0 and var byId ? byId
        : string.CompareOrdinal(one.Partition, other.Partition);
}
