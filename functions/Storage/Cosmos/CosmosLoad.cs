using System.Collections.Concurrent;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// What this process uses of the container's request units, as the service tells with each answer, so that what can
/// wait leaves room for what somebody waits for. It counts real time, like <see cref="CosmosBudget"/>.
/// </summary>
/// <param name="perSecond">How many units a second may be in use for work that can wait to go on.</param>
/// <param name="isStrict">
/// Whether it is never more, however dear what was let in turns out to be. Else some is let in where there is no room,
/// so that nothing waits for ever.
/// </param>
/// <param name="clock">The time; the machine's own when null.</param>
public sealed class CosmosLoad(double perSecond, bool isStrict = false, TimeProvider? clock = null)
{
    // What may come at once before anything waits.
    private const double AtOnce = 0.05;

    // An expected price, so that many who ask at the same moment do not all go at once: a replace of a small document,
    // and what each kilobyte adds to it.
    private const double OfRead = 5;
    private const double OfDocument = 12;
    private const double OfKilobyte = 0.9;

    // For how many seconds of that what was used too much is not forgotten.
    private const double Remembered = 2;
    private const double RememberedStrictly = 60;

    // What work that can wait gets of that in any case, so that nothing waits for ever where users never pause.
    private const double InAnyCase = 0.2;

    private readonly Lock _gate = new();
    private double _level;
    private double _expected;
    private double _waited;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long? _seen;

    /// <summary>Takes note of what an answer says it cost.</summary>
    /// <param name="units">The units.</param>
    /// <param name="hasGivenWay">
    /// Whether it was for work that had to wait for room: what that gets in any case goes by what it costs, which may
    /// be far more than was expected.
    /// </param>
    public void Took(double units, bool hasGivenWay = false)
    {
        lock (_gate)
        {
            Forget();
            var expected = Math.Min(_expected, units);
            _expected -= expected;
            _level = Math.Min(_level + units - expected, perSecond * (isStrict ? RememberedStrictly : Remembered));
            _waited = hasGivenWay ? Math.Min(_waited + units - expected, MostWaited) : _waited;
        }
    }

    /// <summary>Waits until there is room.</summary>
    /// <param name="documents">How many documents will be written or read.</param>
    /// <param name="bytes">How large they are.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask Wait(int documents, long bytes, CancellationToken cancellation)
    {
        var expected = documents is 0 ? OfRead : (documents * OfDocument) + (bytes / 1024.0 * OfKilobyte);
        while (Enter(expected) is { Ticks: > 0 } delay)
        {
            await Task.Delay(delay, _clock, cancellation);
        }
    }

    private TimeSpan Enter(double expected)
    {
        lock (_gate)
        {
            Forget();
            var over = _level - (perSecond * AtOnce);
            if (over > 0 && (isStrict || _waited > 0))
            {
                var delay = (isStrict ? over : Math.Min(over, _waited / InAnyCase)) / perSecond;
                return TimeSpan.FromSeconds(delay) + TimeSpan.FromMilliseconds(1);
            }

            _level += expected;
            _expected += expected;
            _waited = Math.Min(_waited + expected, MostWaited);
            return TimeSpan.Zero;
        }
    }

    // Nobody has to wait for longer than it takes to forget this.
    private double MostWaited => perSecond * InAnyCase * Remembered;

    private void Forget()
    {
        var now = _clock.GetTimestamp();
        var seconds = _clock.GetElapsedTime(_seen ?? now, now).TotalSeconds;
        var forgotten = perSecond * seconds;
        _level = Math.Max(0, _level - forgotten);
        _expected = Math.Max(0, _expected - forgotten);
        _waited = Math.Max(0, _waited - (forgotten * InAnyCase));
        _seen = now;
    }
}

/// <summary>
/// How fast work that can wait goes on. It leaves room for whatever else this process does. Work on a part of the
/// container has, besides, its part of what such work may use on all of it: each part is one process's at a time, so
/// all processes together use no more, however many they are.
/// </summary>
/// <param name="load">What this process uses.</param>
/// <param name="ofShard">What the work on its part of the container uses; null for work on no part.</param>
internal sealed class CosmosPace(CosmosLoad load, CosmosLoad? ofShard)
{
    /// <summary>Waits until there is room.</summary>
    /// <param name="documents">How many documents will be written or read.</param>
    /// <param name="bytes">How large they are.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask Wait(int documents, long bytes, CancellationToken cancellation)
    {
        if (ofShard is not null)
        {
            await ofShard.Wait(documents, bytes, cancellation);
        }

        await load.Wait(documents, bytes, cancellation);
    }
}

/// <summary>What the work on each part of the container has used lately, for as long as the process runs.</summary>
/// <param name="perSecond">How many units a second it may use on all of the container.</param>
internal sealed class ShardLoads(double perSecond)
{
    private readonly ConcurrentDictionary<string, CosmosLoad> _loads = new(StringComparer.Ordinal);
    private IReadOnlyCollection<string> _shards = [""];

    /// <summary>Takes note of which parts there are. What is no longer one is forgotten.</summary>
    public void Know(IReadOnlyCollection<string> shards)
    {
        if (shards.Count != _shards.Count)
        {
            _loads.Clear();
        }

        _shards = shards;
    }

    /// <summary>What is used on one of them.</summary>
    public CosmosLoad Of(string shard) =>
        _loads.GetOrAdd(shard, _ => new(perSecond / Math.Max(1, _shards.Count), isStrict: true));
}
