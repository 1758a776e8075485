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

    /// <summary>Which end comes first.</summary>
    public ListOrder Order { get; init; } = ListOrder.NewestFirst;

    /// <summary>
    /// The page ends with the document with which its bodies come to so many bytes, be it before the limit; null for no
    /// such end. <see cref="PageBytes"/> tells whether it did.
    /// </summary>
    public int? MaxBytes { get; init; }

    /// <summary>Only documents with this <see cref="Document.Index"/>; null for all.</summary>
    public string? Index { get; init; }
}
