using System.Collections.Concurrent;
using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>
/// Looks at LiveKit for one session between two rounds of the timer, because something seems wrong: each process at
/// most once in five seconds, however many find it so.
/// </summary>
public sealed class Looks(
    Reader reader, ILiveKit liveKit, LiveKitSettings settings, Following following, TimeProvider time)
{
    private const int MaxKept = 1000;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _last = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _at = new();

    /// <summary>Has the session follow LiveKit; tells whether LiveKit was asked and answered.</summary>
    internal async ValueTask<bool> Look(Place<LiveSession> place)
    {
        if (settings.Server is null)
        {
            return false;
        }

        var now = time.GetUtcNow();
        if (_at.TryGetValue(place.Id, out var last) && now - last < _pause)
        {
            // Whoever comes while one looks waits for what he finds.
            return _last.TryGetValue(place.Id, out var running) && await running.Value;
        }

        Forget(now);
        _at[place.Id] = now;
        var look = _last.GetOrAdd(place.Id, _ => new(() => Ask(place)));
        try
        {
            return await look.Value;
        }
        finally
        {
            _last.TryRemove(new(place.Id, look));
        }
    }

    private async Task<bool> Ask(Place<LiveSession> place)
    {
        using var patience = new LiveKitPatience(time);
        var at = time.GetUtcNow();
        var session = await reader.Find(place.Kind, place.Partition, place.Id, at, CancellationToken.None);
        if (session?.IsLive() is not true)
        {
            return false;
        }

        try
        {
            var seen = await patience.Within(ends => See(place.Id, at, ends));
            await following.Follow(session, seen, patience);
            return true;
        }
        catch (LiveKitException)
        {
            return false;
        }
    }

    private async ValueTask<LiveKitView> See(string room, DateTimeOffset at, CancellationToken cancellation)
    {
        var rooms = liveKit.Rooms(room, cancellation).AsTask();
        var ingresses = liveKit.Ingresses(room, cancellation).AsTask();
        var egresses = liveKit.Egresses(room, cancellation).AsTask();
        await Task.WhenAll(rooms, ingresses, egresses);
        return new(at, (await rooms).FirstOrDefault(found => found.Name == room), [], await ingresses, await egresses);
    }

    private void Forget(DateTimeOffset now)
    {
        if (_at.Count < MaxKept)
        {
            return;
        }

        foreach (var (id, at) in _at)
        {
            if (now - at >= _pause)
            {
                _at.TryRemove(new(id, at));
            }
        }
    }
}
