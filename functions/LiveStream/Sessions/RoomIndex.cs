using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Which sessions a room has: a list has one kind, so each session has an entry beside it whose kind names its room. An
/// entry holds nothing but its session's id, and is kept as long as its session.
/// </summary>
internal static class RoomIndex
{
    private const string Suffix = ".of-room";
    private static readonly ReadOnlyMemory<byte> _nothing = "{}"u8.ToArray();

    /// <summary>The kind of the entries of one room.</summary>
    public static string KindOf(Guid roomId) => $"live-stream/session-of/{roomId.Text()}";

    /// <summary>The entry of a session.</summary>
    public static Document EntryOf(Document session, Guid roomId) => session with
    {
        Id = session.Id + Suffix,
        Kind = KindOf(roomId),
        Key = null,
        Lifetime = new()
        {
            Status = "",
            Open = true,
            CreatedAt = session.Lifetime.CreatedAt,
            UpdatedAt = session.Lifetime.CreatedAt,
        },
        DueAt = null,
        RequestHash = null,
        ETag = "",
        Body = _nothing,
    };

    /// <summary>The id of an entry's session.</summary>
    public static string SessionOf(Document entry) => entry.Id[..^Suffix.Length];

    /// <summary>
    /// The writes that remove an entry and its session, whichever of them is there: both are overwritten by what counts
    /// as gone already.
    /// </summary>
    public static IEnumerable<Write> Removal(Document entry, DateTimeOffset now)
    {
        var gone = entry with { DueAt = null, PurgeAt = now };
        return [new Write.Put(gone), new Write.Put(gone with { Id = SessionOf(entry) })];
    }
}
