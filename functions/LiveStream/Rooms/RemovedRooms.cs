using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>A room that was deleted.</summary>
/// <param name="RoomId">Which one.</param>
public sealed record RemovedRoom(Guid RoomId);

/// <summary>
/// Removes what a deleted room leaves behind: its sessions may be many, and one delete cannot carry them all. A note
/// takes the room's place until the timer has emptied it.
/// </summary>
public sealed class RemovedRoomKind(Changes changes)
    : Kind<RemovedRoom>("live-stream/removed-room", LiveStreamStorageJson.Default.RemovedRoom), IDueKind
{
    // Two documents each.
    private const int BatchSize = 50;

    // A create that has read the room before it went may come to its end after the first look.
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(1);

    /// <summary>The note that a room is to be emptied.</summary>
    internal State<RemovedRoom> Of(State<Room> room, DateTimeOffset now) =>
        New(room.Partition, $"removed.{room.Id}", new(Guid.ParseExact(room.Id, "D")), now) with { DueAt = now };

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = Open(document, now)!;
        var list = new ListQuery(note.Partition, new RoomEntryKind(note.Body.RoomId).Name, BatchSize);
        await changes.RemoveAll(list, entry => [RoomEntryKind.SessionOf(entry.Id)], cancellation);
        var last = note.CreatedAt + _late;
        return now < last ? Decision.To(note with { DueAt = last }) : Decision.Remove(note);
    }
}
