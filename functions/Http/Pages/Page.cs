using Sessions.Storage;

namespace Sessions.Http.Pages;

/// <summary>One page of a list, with the way on and back.</summary>
/// <param name="Documents">The documents, newest first.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
/// <param name="Previous">Where the page before ends; null on the first.</param>
public sealed record Page(IReadOnlyList<Document> Documents, PageCursor? Next, PageCursor? Previous);
