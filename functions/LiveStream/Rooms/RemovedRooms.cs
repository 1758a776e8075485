using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Removes what a deleted room leaves behind: its sessions may be many, and one delete cannot carry them all. A note
/// takes the room's place until the timer has emptied it.
/// </summary>
public sealed class RemovedRooms(IDocumentStore store, TimeProvider time) : IDueHandler
{
    // Two writes each.
    private const int BatchSize = 50;

    private static readonly DocumentKind<RemovedRoom> _kind =
        new("live-stream/removed-room", LiveStreamStorageJson.Default.RemovedRoom);

    /// <inheritdoc/>
    public string Kind => _kind.Name;

    /// <summary>The writes that delete a room.</summary>
    internal static IReadOnlyList<Write> WritesFor(Document room, DateTimeOffset now)
    {
        var note = room with
        {
            Id = $"removed.{room.Id}",
            Kind = _kind.Name,
            DueAt = now,
            RequestHash = null,
            ETag = "",
            Body = _kind.Seal(new(Guid.ParseExact(room.Id, "D"))),
        };
        return [new Write.Delete(room.Id, room.ETag), new Write.Put(note)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var index = RoomIndex.KindOf(_kind.Open(document)!.Body.RoomId);
        var list = new ListQuery(document.Partition, index, BatchSize);
        while ((await store.List(list, cancellation)).OrNull() is { Count: > 0 } some)
        {
            var writes = some.SelectMany(entry => RoomIndex.Removal(entry, time.GetUtcNow())).ToList();
            (await store.Commit(document.Partition, writes, cancellation)).OrFault();
        }

        return [new Write.Delete(document.Id, document.ETag)];
    }
}

/// <summary>A room that was deleted.</summary>
/// <param name="RoomId">Which one.</param>
public sealed record RemovedRoom(Guid RoomId);
