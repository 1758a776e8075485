using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>
/// Reads a session's events as they come. The store is what it reads, so it does not matter which process wrote them;
/// a write of this process only wakes it sooner. A look that finds nothing new costs one read.
/// </summary>
public sealed class EventFeed(
    EventReader events, EventSignals signals, Presence presence, TimeProvider time, IHostApplicationLifetime host)
{
    /// <summary>Azure's front end cuts an answer after 230 seconds; the stream ends itself before that.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(215);

    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan _lastWait = TimeSpan.FromSeconds(2);

    /// <summary>The events behind one, as they come, until the session or the stream's time ends.</summary>
    /// <param name="exchange">The exchange; it must be known to see the session.</param>
    /// <param name="session">The session.</param>
    /// <param name="after">The event to begin behind.</param>
    /// <param name="wanted">Which of them the reader wants.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal async IAsyncEnumerable<IReadOnlyList<StreamItem>> Read(
        Exchange exchange,
        State<ConversationSession> session,
        int after,
        StreamRequest wanted,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, host.ApplicationStopping);
        using var listening = signals.Listen(ConversationSessionKind.PartitionOf(session));
        var cursor = new EventCursor(session, after);
        var sign = new OpenStream(presence, session, exchange.Caller.Subject);
        var (end, wait) = (exchange.Now + Longest, _firstWait);
        DateTimeOffset? told = null;
        while (true)
        {
            var written = signals.Next(ConversationSessionKind.PartitionOf(session));
            await sign.Give(time.GetUtcNow());
            var found = await events.Next(cursor, aborted);
            sign.See(found);
            wait = found.Count > 0 ? _firstWait : wait;
            if (found.Where(wanted.Wants).ToList() is [_, ..] items)
            {
                yield return items;
                told = time.GetUtcNow();
            }

            if (cursor.Ended || (cursor.MayBeClosed && !await events.StillOpen(exchange, cursor, aborted)))
            {
                yield break;
            }

            var now = time.GetUtcNow();
            if (now >= end || stop.IsCancellationRequested)
            {
                yield return [Own(EventTypes.Resume, cursor)];
                yield break;
            }

            // At once when there is nothing to tell yet: proxies, the Functions host's among them, pass the answer's
            // headers on with the first of its body.
            if (told is null || now - told >= _heartbeat)
            {
                yield return [Own(EventTypes.Heartbeat, cursor)];
                told = now;
            }

            if (!cursor.MayHaveMore)
            {
                await Wait(written, Least(wait, end - now), stop.Token);
                wait = Least(wait * 2, _lastWait);
            }
        }
    }

    private static StreamItem Own(string type, EventCursor cursor) => new(new(cursor.Position, type));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task Wait(Task written, TimeSpan longest, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(written, Task.Delay(longest, time, over.Token));
        await over.CancelAsync();
    }
}
