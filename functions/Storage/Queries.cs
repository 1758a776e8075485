namespace Sessions.Storage;

/// <summary>Which end of a list comes first.</summary>
public enum ListOrder
{
    /// <summary>By creation time and id, descending.</summary>
    NewestFirst,

    /// <summary>By creation time and id, ascending.</summary>
    OldestFirst,
}

/// <summary>A place between two documents of a list.</summary>
/// <param name="CreatedAt">The creation time of the document before it, UTC, exact to the tick.</param>
/// <param name="Id">The id of the document before it.</param>
public sealed record ListPosition(DateTimeOffset CreatedAt, string Id);

/// <summary>One page of one kind of document in one partition.</summary>
/// <param name="Partition">Where to look.</param>
/// <param name="Kind">What to list.</param>
/// <param name="Limit">How many at most, 1 to 1001.</param>
public sealed record ListQuery(string Partition, string Kind, int Limit)
{
    /// <summary>Where the page begins; null at the start of the list.</summary>
    public ListPosition? After { get; init; }

    /// <summary>
    /// How many documents are passed over before the page begins, 0 to 1000: that costs what it costs to read their
    /// names, but nobody has to take them.
    /// </summary>
    public int Skip { get; init; }

    /// <summary>Which end comes first.</summary>
    public ListOrder Order { get; init; } = ListOrder.NewestFirst;

    /// <summary>
    /// The page ends with the document with which its bodies come to so many bytes, be it before the limit; null for no
    /// such end. <see cref="PageBytes"/> tells whether it did.
    /// </summary>
    public int? MaxBytes { get; init; }

    /// <summary>Only documents with this <see cref="Document.Index"/>; null for all.</summary>
    public string? Index { get; init; }

    /// <summary>
    /// Whether they are read to be shown and for nothing else: what no answer has may be left out, as
    /// <see cref="Document.IsPartial"/> tells.
    /// </summary>
    public bool ToShow { get; init; }

    /// <summary>
    /// Whether it may be a little older than the account promises, and cost half: for whoever checks what he does with
    /// it by its ETag. What this process wrote is there.
    /// </summary>
    public bool MayLag { get; init; }
}

/// <summary>A document of a list by its name alone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">When it was made; with the id, its place in the list.</param>
/// <param name="ETag">The version.</param>
public sealed record DocumentName(string Id, DateTimeOffset CreatedAt, string ETag);

/// <summary>What to look for that is due.</summary>
/// <param name="Kinds">Of which kinds.</param>
/// <param name="By">By which moment.</param>
/// <param name="Limit">How many at most.</param>
public sealed record DueQuery(IReadOnlyCollection<string> Kinds, DateTimeOffset By, int Limit)
{
    /// <summary>Where to read on, behind the last one found; for one kind only.</summary>
    public DueDocument? After { get; init; }

    /// <summary>Only documents that are due at this moment or later; null for all.</summary>
    public DateTimeOffset? From { get; init; }
}

/// <summary>A document that is due, without what it holds.</summary>
/// <param name="Partition">Where it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="DueAt">Since when it is due.</param>
/// <param name="ETag">The version that was found.</param>
public sealed record DueDocument(string Partition, string Id, string Kind, DateTimeOffset DueAt, string ETag)
{
    /// <summary>Its <see cref="Document.Index"/>.</summary>
    public string? Index { get; init; }

    /// <summary>Its place among those of one moment, in the store's own words.</summary>
    public string Place { get; init; } = "";

    /// <summary>The document, from a store to which it costs no more to read it at once.</summary>
    public Document? Whole { get; init; }
}

/// <summary>A place in a list over partitions.</summary>
/// <param name="CreatedAt">The creation time of the document before it, UTC, exact to the tick.</param>
/// <param name="Id">The id of the document before it.</param>
/// <param name="Partition">The partition of the document before it: ids are unique only in theirs.</param>
public sealed record AcrossPosition(DateTimeOffset CreatedAt, string Id, string Partition)
{
    private static readonly Comparer<AcrossPosition> _byPlace = Comparer<AcrossPosition>.Create(Compare);

    /// <summary>The place of a document.</summary>
    public static AcrossPosition Of(Document document) => new(document.CreatedAt, document.Id, document.Partition);

    /// <summary>What was found in pieces, in the order of one list.</summary>
    internal static IEnumerable<T> Sorted<T>(
        IEnumerable<T> found, ListOrder order, Func<T, AcrossPosition> place) => order is ListOrder.NewestFirst
            ? found.OrderByDescending(place, _byPlace)
            : found.OrderBy(place, _byPlace);

    private static int Compare(AcrossPosition one, AcrossPosition other) =>
        one.CreatedAt.CompareTo(other.CreatedAt) is not 0 and var byTime ? byTime
        : string.CompareOrdinal(one.Id, other.Id) is not 0 and var byId ? byId
        : string.CompareOrdinal(one.Partition, other.Partition);
}

/// <summary>One page of some kinds of an account's documents in all its partitions.</summary>
/// <param name="Account">The account's id, with which its partitions begin, up to a colon.</param>
/// <param name="Kinds">
/// What to list: kinds that have a life of their own, or <see cref="EventKind"/> alone. Without a kind the page is
/// empty.
/// </param>
/// <param name="Limit">How many at most, 1 to 1001.</param>
public sealed record AcrossQuery(string Account, IReadOnlyCollection<string> Kinds, int Limit)
{
    /// <summary>
    /// The one kind that is listed over partitions without having a life of its own, by the first letter of its
    /// <see cref="Document.Index"/>: see <see cref="Initials"/>.
    /// </summary>
    public const string EventKind = "outbox/event";

    /// <summary>Which end comes first.</summary>
    public ListOrder Order { get; init; } = ListOrder.NewestFirst;

    /// <summary>Of <see cref="EventKind"/>, only those whose <see cref="Document.Index"/> begins with one of these
    /// letters.</summary>
    public string Initials { get; init; } = "";

    /// <summary>Only documents with one of these among their <see cref="Document.Terms"/>; null for all.</summary>
    public IReadOnlyCollection<string>? Terms { get; init; }

    /// <summary>Whether those of every account count; only with <see cref="Terms"/>.</summary>
    public bool AllAccounts { get; init; }

    /// <summary>Where the page begins; null at the newest.</summary>
    public AcrossPosition? After { get; init; }

    /// <summary>
    /// The page ends with the document with which its bodies come to so many bytes, be it before the limit; null for no
    /// such end. <see cref="PageBytes"/> tells whether it did.
    /// </summary>
    public int? MaxBytes { get; init; }

    /// <summary>
    /// True for what is stored open and whose <see cref="Document.DueAt"/>, if any, has not come; false for the rest;
    /// null for all.
    /// </summary>
    public bool? Open { get; init; }

    /// <summary>Only documents whose stored status is this one; null for all.</summary>
    public string? Status { get; init; }

    /// <summary>Only documents created at this moment or later; null for all.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Only documents created before this moment; null for all.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}

/// <summary>What to count: documents of one kind in one partition, or all of an account's.</summary>
/// <param name="Partition">Where to look.</param>
/// <param name="Kind">What to count.</param>
public sealed record CountQuery(string Partition, string Kind)
{
    /// <summary>The <see cref="State"/> of what is stored open.</summary>
    public const string OpenState = "open";

    /// <summary>The <see cref="State"/> of what is stored closed.</summary>
    public const string ClosedState = "closed";

    /// <summary>The account, to count in all its partitions by <see cref="State"/>; null for one partition.</summary>
    public string? Account { get; private init; }

    /// <summary>
    /// What they are counted as: open or closed, or of <see cref="AcrossQuery.EventKind"/> the first letter of the
    /// <see cref="Document.Index"/>.
    /// </summary>
    public string State { get; private init; } = "";

    /// <summary>
    /// All of an account's of a kind and a state. As stored: what has run out is open until the timer comes by. No
    /// store looks at the documents for it.
    /// </summary>
    public static CountQuery Across(string account, string kind, string state) =>
        new("", kind) { Account = account, State = state };

    /// <summary>Only documents with this <see cref="Document.Index"/>; null for all.</summary>
    public string? Index { get; init; }

    /// <summary>
    /// Whether those count that are due by now. What has expired keeps its stored status until the timer has been
    /// there: without them a count of a status is exact.
    /// </summary>
    public bool WithDue { get; init; } = true;
}

/// <summary>
/// Pages that end by their bytes: a page of the most that it may count would else hold whatever its documents come to.
/// </summary>
public static class PageBytes
{
    /// <summary>Whether the bodies of a page come to so many bytes, so that more may follow it; never without a
    /// bound.</summary>
    public static bool AreFull(IEnumerable<Document> page, int? maxBytes) =>
        maxBytes is { } max && page.Sum(document => (long)document.Body.Length) >= max;

    /// <summary>The documents up to the one with which their bodies come to so many bytes.</summary>
    internal static IEnumerable<Document> UpTo(this IEnumerable<Document> documents, int? maxBytes)
    {
        long bytes = 0;
        foreach (var document in documents)
        {
            yield return document;
            bytes += document.Body.Length;
            if (bytes >= maxBytes)
            {
                yield break;
            }
        }
    }
}
