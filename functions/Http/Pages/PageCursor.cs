using Sessions.Storage;

namespace Sessions.Http.Pages;

/// <summary>A place in a list and the way to read on from it.</summary>
/// <param name="Position">The document that the page lies beside.</param>
/// <param name="Order">The way: with the list (newest first), or back.</param>
public sealed record PageCursor(ListPosition Position, ListOrder Order);
