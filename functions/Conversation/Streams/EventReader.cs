using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Reads events from the store.</summary>
public sealed class EventReader(
    IDocumentStore store, SessionReader reader, EventWriter writer, TimeProvider time)
{
    private const int PageSize = 200;

    /// <summary>What has happened behind the cursor, which it moves on.</summary>
    internal async ValueTask<IReadOnlyList<StreamItem>> Next(EventCursor cursor, CancellationToken cancellation)
    {
        cursor.MayHaveMore = false;
        try
        {
            var partition = SessionDocuments.PartitionOf(cursor.Session);
            var log = await reader.ReadLog(partition, cancellation);
            if (log?.Body.Next > cursor.Position + 1)
            {
                return await Page(cursor, partition, cancellation);
            }

            await EndWhenExpired(cursor, log, cancellation);
        }
        catch (StoreFaultException)
        {
            // The stream has begun, so there is no error to answer with. The next look comes soon.
        }

        return [];
    }

    /// <summary>Whether the caller may read on, after the session or its members have changed.</summary>
    internal async ValueTask<bool> StillOpen(Exchange exchange, EventCursor cursor, CancellationToken cancellation)
    {
        cursor.MayBeClosed = false;
        var (heads, id) = (cursor.Session.Document.Partition, cursor.Session.Document.Id);
        var head = reader.Raw((await store.Read(heads, id, cancellation)).OrNull());
        if (head is null || head.Body.Uid != cursor.Session.Body.Uid)
        {
            // Deleted: the end is on its way.
            return true;
        }

        cursor.Session = head;
        return await reader.IsOpenTo(head, exchange.Caller.Subject, cancellation);
    }

    private async ValueTask<IReadOnlyList<StreamItem>> Page(
        EventCursor cursor, string partition, CancellationToken cancellation)
    {
        var query = new ListQuery(partition, EventDocuments.Kind.Name, PageSize)
        {
            After = EventDocuments.After(cursor.Position), Order = ListOrder.OldestFirst,
        };
        var documents = (await store.List(query, cancellation)).OrNull()!;
        var items = new List<StreamItem>(documents.Count);
        foreach (var document in documents)
        {
            // A store that is read before all its copies have caught up may show a gap; what is missing comes.
            if (EventDocuments.SequenceOf(document) != cursor.Position + 1)
            {
                break;
            }

            var item = StreamItem.Of(cursor.Session.Document.Id, document);
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

        cursor.MayHaveMore = items.Count == PageSize || cursor.MayBeClosed;
        return items;
    }

    // Nobody has to wait for the timer to be told of the end.
    private async ValueTask EndWhenExpired(
        EventCursor cursor, Stored<SessionLog>? log, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var session = SessionReader.At(cursor.Session, log ?? LogDocuments.New(cursor.Session), now);
        if (session.Document.Lifetime.Open || log?.Document.Lifetime.Open is false)
        {
            return;
        }

        var (heads, id) = (session.Document.Partition, session.Document.Id);
        await writer.Append(heads, id, new(now, SessionExpiry.EndWhenExpired), cancellation);
        cursor.MayHaveMore = true;
    }
}
