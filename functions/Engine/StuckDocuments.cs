using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Documents that could not be settled, which this process leaves alone for a while: a minute at first, an hour in the
/// end. One that somebody has changed is tried at once. How many there are is <c>sessions.expiry.stuck</c> of the meter
/// <c>Sessions</c>.
/// </summary>
public sealed class StuckDocuments
{
    private const int MostRemembered = 100_000;
    private const int Longer = 5;
    private static readonly TimeSpan _first = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Partition, string Id), Stuck> _stuck = new();

    /// <summary>Begins to tell how many there are.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public StuckDocuments(IMeterFactory meters) => meters.Create("Sessions").CreateObservableGauge(
        "sessions.expiry.stuck", () => _stuck.Count, "{document}", "Documents that the sweep could not settle.");

    /// <summary>How many documents of an account there are.</summary>
    /// <param name="prefix">What its partitions begin with.</param>
    public int CountOf(string prefix) =>
        _stuck.Count(one => one.Key.Partition.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether it is left alone for now.</summary>
    public bool IsLeft(DueDocument due, DateTimeOffset now) =>
        _stuck.TryGetValue((due.Partition, due.Id), out var stuck) && stuck.ETag == due.ETag && stuck.NextAt > now;

    /// <summary>It could not be settled.</summary>
    internal void Failed(DueDocument due, DateTimeOffset now)
    {
        if (_stuck.Count >= MostRemembered)
        {
            _stuck.Clear();
        }

        _stuck.AddOrUpdate(
            (due.Partition, due.Id),
            _ => new(due.ETag, _first, now + _first),
            (_, before) => before.Next(due.ETag, now));
    }

    /// <summary>It was settled.</summary>
    internal void Settled(DueDocument due) => _stuck.TryRemove((due.Partition, due.Id), out _);

    /// <summary>Forgets those that were not found any more when they could have been tried.</summary>
    internal void ForgetGone(DateTimeOffset now)
    {
        foreach (var gone in _stuck.Where(one => now - one.Value.NextAt > _longest).ToList())
        {
            _stuck.TryRemove(gone);
        }
    }

    private sealed record Stuck(string ETag, TimeSpan Wait, DateTimeOffset NextAt)
    {
        public Stuck Next(string etag, DateTimeOffset now)
        {
            var wait = etag != ETag ? _first : TimeSpan.FromTicks(Math.Min((Wait * Longer).Ticks, _longest.Ticks));
            return new(etag, wait, now + wait);
        }
    }
}
