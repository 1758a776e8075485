using Sessions.Http.Limits;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Http.Streams;

/// <summary>
/// Looks for what has happened as it happens, for one stream. The store is what is read, so it does not matter which
/// process wrote there; it is read when something was written, or when the stream has said that it must be, and not
/// while nothing happens.
/// </summary>
public sealed class Follower(
    WriteSignals signals,
    StoreWatch watch,
    LimitSettings limits,
    HeldBytes held,
    TimeProvider time,
    RealTime real)
{
    /// <summary>Azure's front end cuts an answer after 230 seconds; a stream ends itself before that.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(215);

    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan _lastWait = TimeSpan.FromSeconds(2);

    /// <summary>How long the reader of a stream that begins with this exchange may take.</summary>
    internal ReaderPace PaceOf(Exchange exchange) => new(
        limits.StreamDrain, exchange.Now + _longest, time, real, held, exchange.Account);

    /// <summary>
    /// Gives a reader what happens, in batches that are sent at once, until it or the stream's time is over, or the
    /// reader does not take it. Each hand that it goes through is kept for as long as it waits, so there are few.
    /// </summary>
    /// <param name="partition">Where it is written.</param>
    /// <param name="source">What is looked at.</param>
    /// <param name="began">When the stream began.</param>
    /// <param name="reader">Who is told.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal Task Follow<T>(
        string partition,
        IStreamSource<T> source,
        DateTimeOffset began,
        IStreamReader<T> reader,
        CancellationToken aborted) => Follow(signals.Listen(partition), source, began, reader, aborted);

    /// <summary>The same of what is written in several places, and in others as it comes on.</summary>
    /// <param name="listening">Who listens to where it is written, until the stream ends.</param>
    /// <param name="source">What is looked at.</param>
    /// <param name="began">When the stream began.</param>
    /// <param name="reader">Who is told.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal async Task Follow<T>(
        WriteSignals.Listener listening,
        IStreamSource<T> source,
        DateTimeOffset began,
        IStreamReader<T> reader,
        CancellationToken aborted)
    {
        using var heardBy = listening;
        using var watching = await watch.Watch(signals);
        listening.EndBy(aborted);
        var end = began + _longest;
        var patience = new Patience();
        var heard = listening.Take();
        var beat = DateTimeOffset.MinValue;
        while (true)
        {
            patience.Hear(heard.Lag, time.GetUtcNow());
            var look = await source.Look(heard, aborted);
            var (isOver, hasMore, again) = (look.Over, look.More, patience.After(look, time.GetUtcNow()));
            if (look.Items.Count > 0)
            {
                if (!await reader.Take(look.Items))
                {
                    return;
                }

                beat = BeatAfter(time.GetUtcNow());
            }

            if (isOver)
            {
                return;
            }

            heard = default;
            for (var hasWaited = false; heard.Topics is null; hasWaited = true)
            {
                var now = time.GetUtcNow();
                if (hasWaited && again <= now)
                {
                    // Before the end, too: what the clock has brought is told by who waited for it.
                    heard = listening.Take();
                    continue;
                }

                // Whoever has gone is told nothing more.
                aborted.ThrowIfCancellationRequested();
                if (now >= end || signals.AreOver)
                {
                    await reader.Take([source.Resume]);
                    return;
                }

                // At once when there is nothing to tell yet: proxies, the Functions host's among them, pass the
                // answer's headers on with the first of its body. Later not before what is known to come at once.
                if (now >= beat && (!hasMore || beat == DateTimeOffset.MinValue))
                {
                    if (!await reader.Take([source.Heartbeat]))
                    {
                        return;
                    }

                    beat = BeatAfter(now);
                }

                if (hasMore || again <= now)
                {
                    heard = listening.Take();
                }
                else if (await listening.Wait(Least(beat, end, again) - now, forBeat: beat < end && beat < again)
                    && listening.Take() is var news && !source.Has(news))
                {
                    heard = news;
                }
            }
        }
    }

    // Those of all streams come together, on the whole second: to wake up for each of them by itself costs a processor
    // more than the heartbeats do.
    private static DateTimeOffset BeatAfter(DateTimeOffset told)
    {
        var latest = told + _heartbeat;
        return latest.AddTicks(-(latest.Ticks % TimeSpan.TicksPerSecond));
    }

    private static DateTimeOffset Least(DateTimeOffset one, DateTimeOffset other, DateTimeOffset third) =>
        one < other ? (one < third ? one : third) : other < third ? other : third;

    /// <summary>
    /// When a stream looks again without being told to: soon, and then more seldom, while the store may not show yet
    /// what was heard of, or has failed.
    /// </summary>
    private sealed class Patience
    {
        private DateTimeOffset _shownBy;
        private TimeSpan _wait = _firstWait;

        /// <summary>Something was heard of that may not be shown for so long.</summary>
        public void Hear(TimeSpan lag, DateTimeOffset now) =>
            _shownBy = lag > TimeSpan.Zero && now + lag > _shownBy ? now + lag : _shownBy;

        public DateTimeOffset After<T>(Look<T> look, DateTimeOffset now)
        {
            _wait = look.Moved ? _firstWait : _wait;
            var (again, isLate) = (look.Next ?? DateTimeOffset.MaxValue, look.HasFailed || look.Next <= now);
            if (!isLate && _shownBy <= now)
            {
                _wait = _firstWait;
                return again;
            }

            var soon = now + _wait;
            _wait = _wait * 2 < _lastWait ? _wait * 2 : _lastWait;
            soon = isLate || soon < _shownBy ? soon : _shownBy;
            return isLate || soon < again ? soon : again;
        }
    }
}

/// <summary>Who is told what a stream tells.</summary>
internal interface IStreamReader<in T>
{
    /// <summary>Sends items; whether the reader takes them, and is to be told more.</summary>
    /// <exception cref="OperationCanceledException">The reader has gone.</exception>
    ValueTask<bool> Take(IReadOnlyList<T> items);
}

/// <summary>What a stream tells of, and how far it has come.</summary>
internal interface IStreamSource<T>
{
    /// <summary>That nothing has happened for a while.</summary>
    T Heartbeat { get; }

    /// <summary>That the stream ends here, and where to go on.</summary>
    T Resume { get; }

    /// <summary>What has happened since the last look.</summary>
    /// <param name="heard">What was heard of since then.</param>
    /// <param name="cancellation">Ends the look.</param>
    ValueTask<Look<T>> Look(Heard heard, CancellationToken cancellation);

    /// <summary>Whether the last look has seen all of that already.</summary>
    bool Has(Heard heard) => false;
}

/// <summary>What one look has found.</summary>
/// <param name="Items">What is told.</param>
/// <param name="Moved">Whether anything has happened, told or not.</param>
/// <param name="More">Whether there is more to read at once.</param>
/// <param name="Over">Whether nothing comes behind it.</param>
internal sealed record Look<T>(IReadOnlyList<T> Items, bool Moved, bool More, bool Over)
{
    /// <summary>When to look again though nothing is written, such as when something ends by the clock.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>Whether it has not found what must be there, or the store has failed: it looks again soon.</summary>
    public bool HasFailed { get; init; }
}
