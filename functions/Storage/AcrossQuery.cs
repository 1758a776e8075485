namespace Sessions.Storage;

/// <summary>A place in a list over partitions.</summary>
/// <param name="CreatedAt">The creation time of the document before it, UTC, exact to the tick.</param>
/// <param name="Id">The id of the document before it.</param>
/// <param name="Partition">The partition of the document before it: ids are unique only in theirs.</param>
public sealed record AcrossPosition(DateTimeOffset CreatedAt, string Id, string Partition);

/// <summary>One page of some kinds of documents in all partitions that begin alike, newest first.</summary>
/// <param name="PartitionPrefix">What the partitions begin with, such as <c>acme:</c>; never empty.</param>
/// <param name="Kinds">What to list. Without a kind the page is empty.</param>
/// <param name="Limit">How many at most, 1 to 1001.</param>
public sealed record AcrossQuery(string PartitionPrefix, IReadOnlyCollection<string> Kinds, int Limit)
{
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
