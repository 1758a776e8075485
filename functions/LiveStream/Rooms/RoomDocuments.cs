using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// How rooms lie in the store. A room's status is its host's id, so that a host's own rooms are a list.
/// </summary>
internal static class RoomDocuments
{
    public static readonly DocumentKind<Room> Kind = new("live-stream/room", LiveStreamStorageJson.Default.Room);

    /// <summary>The document of a new room, without its request hash.</summary>
    public static Document New(Exchange exchange, Room room) => new()
    {
        Partition = Ids.Partition(exchange.Account),
        Id = Ids.New(exchange, "room").Text(),
        Kind = Kind.Name,
        Lifetime = new()
        {
            Status = room.Host.Id.Text(), Open = true, CreatedAt = exchange.Now, UpdatedAt = exchange.Now,
        },
        Body = Kind.Seal(room),
    };

    /// <summary>The document with a changed room in it.</summary>
    public static Document With(this Document document, Room room, DateTimeOffset now) =>
        document with { Lifetime = document.Lifetime with { UpdatedAt = now }, Body = Kind.Seal(room) };

    /// <summary>What lets go of the room for a session that holds it; nothing when it holds it no more.</summary>
    public static IEnumerable<Write> Release(Stored<Room>? room, string session, DateTimeOffset now) =>
        room is not null && room.Body.ActiveSessionId?.Text() == session
            ? [new Write.Replace(room.Document.With(room.Body with { ActiveSessionId = null }, now))]
            : [];
}
