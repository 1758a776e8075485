using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Reads events from the store.</summary>
public sealed class EventReader(
    Reader reader, SessionReader sessions, EventLog log, ConversationSessionKind kind, TimeProvider time)
{
    private const int PageSize = 200;

    // A stream holds no more than this and one event, however fast they come and however slowly they are read.
    private const int PageBytesRead = 128 * 1024;

    /// <summary>What has happened behind the cursor, which it moves on.</summary>
    internal async ValueTask<IReadOnlyList<StreamItem>> Next(EventCursor cursor, CancellationToken cancellation)
    {
        cursor.MayHaveMore = false;
        try
        {
            var partition = ConversationSessionKind.PartitionOf(cursor.Session);
            var known = await sessions.LogIn(partition, cancellation);
            if (known?.Body.Next > cursor.Position + 1)
            {
                return await Page(cursor, partition, cancellation);
            }

            await EndWhenExpired(cursor, known ?? LogKind.One.New(cursor.Session), cancellation);
        }
        catch (Exception failed) when (failed is StoreFaultException or RefusedException)
        {
            // The stream has begun, so there is no error to answer with. The next look comes soon.
        }

        return [];
    }

    /// <summary>Whether the caller may read on, after the session or its members have changed.</summary>
    internal async ValueTask<bool> StillOpen(Exchange exchange, EventCursor cursor, CancellationToken cancellation)
    {
        cursor.MayBeClosed = false;
        var head = await sessions.Head(kind.At(cursor.Session.Partition, cursor.Session.Id), cancellation);
        if (head is null || head.Body.Uid != cursor.Session.Body.Uid)
        {
            // Deleted: the end is on its way.
            return true;
        }

        cursor.Session = head;
        return await sessions.IsOpenTo(head, exchange.Caller.Subject, cancellation);
    }

    private async ValueTask<IReadOnlyList<StreamItem>> Page(
        EventCursor cursor, string partition, CancellationToken cancellation)
    {
        var query = new ListQuery(partition, EventKind.One.Name, PageSize)
        {
            After = EventKind.After(cursor.Position), Order = ListOrder.OldestFirst, MaxBytes = PageBytesRead,
        };
        var events = await reader.List(EventKind.One, query, time.GetUtcNow(), cancellation);
        var items = new List<StreamItem>(events.Count);
        foreach (var happened in events)
        {
            // A store that is read before all its copies have caught up may show a gap; what is missing comes.
            if (EventKind.SequenceOf(happened) != cursor.Position + 1)
            {
                break;
            }

            var item = StreamItem.Of(cursor.Session.Id, happened);
            items.Add(item);
            cursor.Position++;
            cursor.Ended |= item.Event.Type == EventTypes.Ended;

            // What comes behind these may no longer be the reader's to see, so that is asked first.
            if (item.Event.Type is EventTypes.Updated or EventTypes.Left)
            {
                cursor.MayBeClosed = true;
                break;
            }
        }

        cursor.MayHaveMore = items.Count == PageSize || cursor.MayBeClosed
            || (items.Count == events.Count && PageBytes.AreFull(events.Select(one => one.Origin!), query.MaxBytes));
        return items;
    }

    // Nobody has to wait for the timer to be told of the end.
    private async ValueTask EndWhenExpired(
        EventCursor cursor, State<SessionLog> known, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var session = SessionRules.At(cursor.Session, known, now);
        if (!session.Lifetime.Open && known.Lifetime.Open)
        {
            await log.EndExpired(new(now, cancellation), kind.At(session.Partition, session.Id));
            cursor.MayHaveMore = true;
        }
    }
}

/// <summary>How far one reader has come.</summary>
internal sealed class EventCursor(State<ConversationSession> session, int after)
{
    /// <summary>The session as it was last read.</summary>
    public State<ConversationSession> Session { get; set; } = session;

    /// <summary>The last event that was told, or was left out on purpose.</summary>
    public int Position { get; set; } = after;

    /// <summary>Whether the end was told.</summary>
    public bool Ended { get; set; }

    /// <summary>Whether something has happened by which the session may be closed to the reader.</summary>
    public bool MayBeClosed { get; set; }

    /// <summary>Whether there is more to read at once.</summary>
    public bool MayHaveMore { get; set; }
}
