namespace Sessions.Storage;

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
        _ => throw new InvalidOperationException($"There is no write {GetType()}."),
    };

    /// <summary>Adds a document. <see cref="StoreOutcome.Conflict"/> when its id or key is taken.</summary>
    public sealed record Create(Document Document) : Write;

    /// <summary>
    /// Replaces the version that <see cref="Document.ETag"/> names. <see cref="StoreOutcome.PreconditionFailed"/>
    /// when another one is stored, <see cref="StoreOutcome.NotFound"/> when none is,
    /// <see cref="StoreOutcome.Conflict"/> when its new key is taken.
    /// </summary>
    public sealed record Replace(Document Document) : Write;

    /// <summary>Adds or replaces what is there. <see cref="StoreOutcome.Conflict"/> if its key is another's.</summary>
    public sealed record Put(Document Document) : Write;

    /// <summary>
    /// Removes a document, only in the version <paramref name="ETag"/> when that is given.
    /// <see cref="StoreOutcome.NotFound"/> when there is none.
    /// </summary>
    public sealed record Delete(string Id, string? ETag = null) : Write;
}
