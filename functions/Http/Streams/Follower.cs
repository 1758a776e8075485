using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Sessions.Http.Limits;
using Sessions.Lifecycle;

namespace Sessions.Http.Streams;

/// <summary>
/// Looks for what has happened as it happens, for one stream. The store is what is read, so it does not matter which
/// process wrote there; a write of this process only wakes it sooner.
/// </summary>
public sealed class Follower(
    WriteSignals signals, LimitSettings limits, TimeProvider time, RealTime real, IHostApplicationLifetime host)
{
    /// <summary>Azure's front end cuts an answer after 230 seconds; a stream ends itself before that.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(215);

    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan _lastWait = TimeSpan.FromSeconds(2);

    /// <summary>How long the reader of a stream that begins with this exchange may take.</summary>
    internal ReaderPace PaceOf(Exchange exchange) => new(limits.StreamDrain, exchange.Now + _longest, time, real);

    /// <summary>What happens, in batches that are sent at once, until it or the stream's time is over.</summary>
    /// <param name="partition">Where it is written: a write of this process there wakes the stream.</param>
    /// <param name="source">What is looked at.</param>
    /// <param name="began">When the stream began.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal async IAsyncEnumerable<IReadOnlyList<T>> Follow<T>(
        string partition,
        IStreamSource<T> source,
        DateTimeOffset began,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var listening = signals.Listen(partition);
        await foreach (var items in Follow(listening, source, began, aborted))
        {
            yield return items;
        }
    }

    /// <summary>The same of what is written in several places, and in others as it comes on.</summary>
    /// <param name="listening">Who listens to where it is written.</param>
    /// <param name="source">What is looked at.</param>
    /// <param name="began">When the stream began.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal async IAsyncEnumerable<IReadOnlyList<T>> Follow<T>(
        WriteSignals.Listener listening,
        IStreamSource<T> source,
        DateTimeOffset began,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, host.ApplicationStopping);
        var (end, wait) = (began + _longest, _firstWait);
        DateTimeOffset? told = null;
        while (true)
        {
            listening.Begin();
            var look = await source.Look(aborted);
            wait = look.Moved ? _firstWait : wait;
            if (look.Items.Count > 0)
            {
                yield return look.Items;
                told = time.GetUtcNow();
            }

            if (look.Over)
            {
                yield break;
            }

            var now = time.GetUtcNow();
            if (now >= end || stop.IsCancellationRequested)
            {
                yield return [source.Resume];
                yield break;
            }

            // At once when there is nothing to tell yet: proxies, the Functions host's among them, pass the answer's
            // headers on with the first of its body.
            if (told is null || now - told >= _heartbeat)
            {
                yield return [source.Heartbeat];
                told = now;
            }

            if (!look.More)
            {
                await listening.Wait(Least(wait, end - now), stop.Token);
                wait = Least(wait * 2, _lastWait);
            }
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>What a stream tells of, and how far it has come.</summary>
internal interface IStreamSource<T>
{
    /// <summary>That nothing has happened for a while.</summary>
    T Heartbeat { get; }

    /// <summary>That the stream ends here, and where to go on.</summary>
    T Resume { get; }

    /// <summary>What has happened since the last look.</summary>
    ValueTask<Look<T>> Look(CancellationToken cancellation);
}

/// <summary>What one look has found.</summary>
/// <param name="Items">What is told.</param>
/// <param name="Moved">Whether anything has happened, told or not: then the next look comes sooner.</param>
/// <param name="More">Whether there is more to read at once.</param>
/// <param name="Over">Whether nothing comes behind it.</param>
internal sealed record Look<T>(IReadOnlyList<T> Items, bool Moved, bool More, bool Over);
