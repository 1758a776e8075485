using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>
/// One stored document: a session, or something beside one (a service, a claim, an event on its way out).
/// Ids and partitions use only <c>[A-Za-z0-9_.:-]</c>, which every store takes as they are.
/// </summary>
public sealed record Document
{
    /// <summary>The smallest scope that holds an invariant or a list; a commit cannot leave it.</summary>
    public required string Partition { get; init; }

    /// <summary>Unique in the partition.</summary>
    public required string Id { get; init; }

    /// <summary>What it is, such as <c>twilio-proxy/session</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>A second name that is unique in the partition over all kinds, or null.</summary>
    public string? Key { get; init; }

    /// <summary>The id of the account that it belongs to; empty for what belongs to none.</summary>
    public required string Account { get; init; }

    /// <summary>What lists of its kind are narrowed down by, such as the session that it is of; or null.</summary>
    public string? Index { get; init; }

    /// <summary>When it was made, UTC. Lists are ordered by it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Its status and its end; null for what has no life of its own.</summary>
    public Lifetime? Lifetime { get; init; }

    /// <summary>When the timer must look at it again, or null for never.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>From when on it counts as gone and the store may remove it, or null for never.</summary>
    public DateTimeOffset? PurgeAt { get; init; }

    /// <summary>
    /// What told a repeated create from another one before there were records of that; null for what was made since.
    /// </summary>
    public string? RequestHash { get; init; }

    /// <summary>
    /// What it is found by over all partitions, whatever its kind: words of <c>[a-z0-9]</c> with a blank between two,
    /// or null. They tell nothing of what they were made from.
    /// </summary>
    public string? Terms { get; init; }

    /// <summary>What has happened to it and by whom, for those who look after it; or null.</summary>
    public string? Trail { get; init; }

    /// <summary>The surface's own part: one JSON object in UTF-8.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The version, given by the store at each write; empty before the first.</summary>
    public string ETag { get; init; } = "";

    /// <summary>
    /// Whether it was read to be shown only: its key, its terms, its trail, its request's hash and its version may be
    /// missing.
    /// </summary>
    public bool IsPartial { get; init; }

    /// <summary>
    /// Whether somebody may wait for its writes, who is told of them by <see cref="IDocumentStore.ReadMoves"/>. It is
    /// said with each write and not stored.
    /// </summary>
    public bool IsWatched { get; init; }
}

/// <summary>One write of a commit, with its precondition.</summary>
public abstract record Write
{
    private Write()
    {
    }

    /// <summary>The id of the document that it writes.</summary>
    public string DocumentId => this switch
    {
        Create create => create.Document.Id,
        Replace replace => replace.Document.Id,
        Put put => put.Document.Id,
        Delete delete => delete.Id,
        Require require => require.Id,
        _ => throw new InvalidOperationException($"There is no write {GetType()}."),
    };

    /// <summary>What it writes; null for a removal, and for what writes nothing.</summary>
    public Document? Written => this switch
    {
        Create create => create.Document,
        Replace replace => replace.Document,
        Put put => put.Document,
        _ => null,
    };

    /// <summary>Adds a document. <see cref="StoreOutcome.Conflict"/> when its id or key is taken.</summary>
    public sealed record Create(Document Document) : Write
    {
        /// <summary>
        /// For whom it is: when nobody is there before the commit is made, it is not added, and has no version in the
        /// answer. A store that cannot look in another partition adds it in any case. Empty for what is always added.
        /// </summary>
        public IReadOnlyList<Listeners> OnlyFor { get; init; } = [];
    }

    /// <summary>
    /// Replaces the version that <see cref="Document.ETag"/> names. <see cref="StoreOutcome.PreconditionFailed"/>
    /// when another one is stored, <see cref="StoreOutcome.NotFound"/> when none is,
    /// <see cref="StoreOutcome.Conflict"/> when its new key is taken.
    /// </summary>
    public sealed record Replace(Document Document) : Write
    {
        /// <summary>
        /// The document in that version as a store gave it, for whoever knows it: a store need not look at it again.
        /// </summary>
        public Document? Before { get; init; }
    }

    /// <summary>Adds or replaces what is there. <see cref="StoreOutcome.Conflict"/> if its key is another's.</summary>
    public sealed record Put(Document Document) : Write;

    /// <summary>
    /// Removes a document, only in the version <paramref name="ETag"/> when that is given.
    /// <see cref="StoreOutcome.NotFound"/> when there is none.
    /// </summary>
    public sealed record Delete(string Id, string? ETag = null) : Write;

    /// <summary>
    /// Writes nothing: <see cref="StoreOutcome.PreconditionFailed"/> when another version is stored,
    /// <see cref="StoreOutcome.NotFound"/> when none is. It has no version in the answer. Only where
    /// <see cref="IDocumentStore.SpansPartitions"/>.
    /// </summary>
    public sealed record Require(string Id, string ETag) : Write;
}

/// <summary>Documents that somebody listens by: all of one kind and index in a partition.</summary>
/// <param name="Partition">Where they are.</param>
/// <param name="Kind">Their <see cref="Document.Kind"/>.</param>
/// <param name="Index">Their <see cref="Document.Index"/>.</param>
public sealed record Listeners(string Partition, string Kind, string Index);
