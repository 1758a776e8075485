using System.Collections.Concurrent;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Finds the room that a session shows. Rooms seldom change, so one that was read is believed for some seconds, which
/// keeps reading a session at one store call. What decides anything is read anew.
/// </summary>
public sealed class RoomDirectory(IDocumentStore store, TimeProvider time)
{
    private const int MaxCached = 10_000;
    private readonly ConcurrentDictionary<(string Partition, string Id), Believed> _cache = new();

    /// <summary>How long a room that was read may be believed.</summary>
    public static TimeSpan Belief { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The room as it was at most some seconds ago; null when there is none.</summary>
    public async ValueTask<Stored<Room>?> Find(string partition, Guid id, CancellationToken cancellation)
    {
        if (_cache.TryGetValue((partition, id.Text()), out var cached) && time.GetUtcNow() < cached.Until)
        {
            return cached.Room;
        }

        var room = RoomDocuments.Kind.Open((await store.Read(partition, id.Text(), cancellation)).OrNull());
        if (room is not null)
        {
            Remember(room);
        }

        return room;
    }

    /// <summary>The rooms of a page of sessions, each read once.</summary>
    public async ValueTask<IReadOnlyDictionary<Guid, Stored<Room>?>> Find(
        string partition, IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        var reads = ids.Distinct().Select(async id => (Id: id, Room: await Find(partition, id, cancellation)));
        return (await Task.WhenAll(reads)).ToDictionary(found => found.Id, found => found.Room);
    }

    /// <summary>Believes a room that was just read or written.</summary>
    public void Remember(Stored<Room> room)
    {
        if (_cache.Count >= MaxCached)
        {
            _cache.Clear();
        }

        _cache[(room.Document.Partition, room.Document.Id)] = new(room, time.GetUtcNow() + Belief);
    }

    /// <summary>Forgets what was read of a room that has changed.</summary>
    public void Forget(string partition, Guid id) => _cache.TryRemove((partition, id.Text()), out _);

    private sealed record Believed(Stored<Room> Room, DateTimeOffset Until);
}
