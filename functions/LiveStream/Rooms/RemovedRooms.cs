using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>A room that was deleted.</summary>
/// <param name="RoomId">Which one.</param>
public sealed record RemovedRoom(Guid RoomId)
{
    /// <summary>Whether LiveKit is already being asked to let go of the sessions.</summary>
    public bool IsLetGo { get; init; }

    /// <summary>Up to which session that has been seen to; null for none.</summary>
    public ListPosition? LetGoTo { get; init; }
}

/// <summary>
/// Removes what a deleted room leaves behind: its sessions may be many, and one delete cannot carry them all. A note
/// takes the room's place until the timer has emptied it.
/// </summary>
public sealed class RemovedRoomKind(Changes changes, Reader reader, RemovedSessionKind removed)
    : Kind<RemovedRoom>("live-stream/removed-room", LiveStreamStorageJson.Default.RemovedRoom), IDueKind
{
    // Two documents each.
    private const int BatchSize = 50;

    // A note each, beside the one of the room.
    private const int PageSize = 90;

    // A create that has read the room before it went may come to its end after the first look.
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(1);

    /// <summary>The note that a room is to be emptied.</summary>
    internal State<RemovedRoom> Of(State<Room> room, DateTimeOffset now) =>
        New(room, $"removed.{room.Id}", new(Guid.ParseExact(room.Id, "D")), now) with { DueAt = now };

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = Open(document, now)!;
        var entries = new RoomEntryKind(note.Body.RoomId);
        if (!note.Body.IsLetGo)
        {
            return await LetGo(note, entries, now, cancellation);
        }

        var list = new ListQuery(note.Partition, entries.Name, BatchSize);
        await changes.RemoveAll(list, entry => [RoomEntryKind.SessionOf(entry.Id)], cancellation);
        var last = note.CreatedAt + _late;
        return now < last ? Decision.To(note with { DueAt = last }) : Decision.Remove(note);
    }

    // LiveKit may hold something of the sessions, and nobody will know of them any more.
    private async ValueTask<Decision> LetGo(
        State<RemovedRoom> note, RoomEntryKind entries, DateTimeOffset now, CancellationToken cancellation)
    {
        var query = new ListQuery(note.Partition, entries.Name, PageSize) { After = note.Body.LetGoTo };
        var page = await reader.List(entries, query, now, cancellation);
        var held = page.Where(entry => entry.Body.HeldUntil > now).Select(entry =>
            removed.Of(note, RoomEntryKind.SessionOf(entry.Id), entry.Body.HeldUntil!.Value, now));
        var body = page.Count < PageSize
            ? note.Body with { IsLetGo = true, LetGoTo = null }
            : note.Body with { LetGoTo = new(page[^1].CreatedAt, page[^1].Id) };
        return Decision.To(note with { Body = body }).And(held);
    }
}
