using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Streams;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Reads a session's events as they come. While nothing happens it costs nothing.</summary>
public sealed class EventFeed(
    Follower follower, EventReader events, SessionReader sessions, Presence presence, TimeProvider time)
{
    /// <summary>Gives a reader the events behind one, as they come, until the session or the stream's time
    /// ends.</summary>
    /// <param name="exchange">The exchange; it must be known to see the session.</param>
    /// <param name="session">The session.</param>
    /// <param name="after">The event to begin behind.</param>
    /// <param name="wanted">Which of them the reader wants.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="aborted">Ends when the reader has gone.</param>
    internal Task Follow(
        Exchange exchange,
        State<ConversationSession> session,
        int after,
        StreamRequest wanted,
        IStreamReader<StreamItem> reader,
        CancellationToken aborted)
    {
        var user = exchange.Caller.Subject;
        var sign = new OpenStream(presence, session, user);
        var source = new SessionSource(user, new(session, after), wanted, events, sessions, sign, time);
        return follower.Follow(ConversationSessionKind.PartitionOf(session), source, exchange.Now, reader, aborted);
    }

    private sealed class SessionSource(
        string user,
        EventCursor cursor,
        StreamRequest wanted,
        EventReader events,
        SessionReader sessions,
        OpenStream sign,
        TimeProvider time) : IStreamSource<StreamItem>
    {
        private StreamItem _heartbeat = StreamItem.Heartbeat(cursor.Position);

        public StreamItem Heartbeat => _heartbeat.Event.Sequence == cursor.Position
            ? _heartbeat
            : _heartbeat = StreamItem.Heartbeat(cursor.Position);

        public StreamItem Resume => StreamItem.Resume(cursor.Position);

        public bool Has(Heard heard) => heard.Topics.Values.All(version => version == cursor.Version);

        public async ValueTask<Look<StreamItem>> Look(Heard heard, CancellationToken cancellation)
        {
            await sign.Give(time.GetUtcNow());

            // Nothing more is read before it is known that the reader may.
            var found = cursor.MayBeClosed ? [] : await events.Next(cursor, cancellation);
            sign.See(found);
            var over = cursor.Ended || (cursor.MayBeClosed && !await MayGoOn(cancellation));
            var more = cursor.MayHaveMore && !cursor.MayBeClosed;
            return new([.. found.Where(wanted.Wants)], found.Count > 0, more, over)
            {
                Next = Sooner.Of(cursor.Next, sign.Next),
                HasFailed = cursor.HasFailed || cursor.IsBehind || cursor.MayBeClosed,
            };
        }

        private async ValueTask<bool> MayGoOn(CancellationToken cancellation)
        {
            try
            {
                return await events.StillOpen(
                    cursor, head => sessions.IsOpenTo(head, user, cancellation), cancellation);
            }
            catch (StoreFaultException)
            {
                // Asked again at the next look, which comes soon.
                return true;
            }
        }
    }
}
