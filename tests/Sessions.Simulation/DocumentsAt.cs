using System.Collections.Immutable;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>What the simulated database held at one moment, and what it answers of that.</summary>
/// <param name="Documents">The documents, by partition and id.</param>
/// <param name="Keys">The ids of those with a key.</param>
internal sealed record DocumentsAt(
    ImmutableSortedDictionary<(string Partition, string Id), Document> Documents,
    ImmutableDictionary<(string Partition, string Key), string> Keys)
{
    /// <summary>Nothing at all.</summary>
    public static DocumentsAt Nothing { get; } = new(
        ImmutableSortedDictionary.Create<(string Partition, string Id), Document>(
            Comparer<(string Partition, string Id)>.Create(Compare)),
        ImmutableDictionary<(string Partition, string Key), string>.Empty);

    public Document? Find(string partition, string id, DateTimeOffset now) =>
        Documents.TryGetValue((partition, id), out var found) && IsAlive(found, now) ? found : null;

    public Document? FindByKey(string partition, string key, DateTimeOffset now) =>
        Keys.TryGetValue((partition, key), out var id) ? Find(partition, id, now) : null;

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
        return UpTo(ordered.Skip(query.Skip).Take(query.Limit), query.MaxBytes);
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
            where query.AllAccounts || document.Partition.StartsWith(query.Account + ":", StringComparison.Ordinal)
            where query.Terms is null || query.Terms.Intersect((document.Terms ?? "").Split(' ')).Any()
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

    /// <summary>The same with this document.</summary>
    public DocumentsAt With(Document document) => new(
        Documents.SetItem((document.Partition, document.Id), document),
        document.Key is { } key ? Keys.SetItem((document.Partition, key), document.Id) : Keys);

    /// <summary>The same without this document.</summary>
    public DocumentsAt Without(Document document) => new(
        Documents.Remove((document.Partition, document.Id)),
        document.Key is { } key ? Keys.Remove((document.Partition, key)) : Keys);

    /// <summary>Whether a document is not past its time.</summary>
    public static bool IsAlive(Document document, DateTimeOffset now) => !(document.PurgeAt <= now);

    private IEnumerable<Document> Alive(DateTimeOffset now) =>
        Documents.Values.Where(document => IsAlive(document, now));

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
