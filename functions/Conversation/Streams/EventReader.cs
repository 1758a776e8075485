using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Reads events from the store.</summary>
public sealed class EventReader(
    Reader reader,
    SessionReader sessions,
    EventLog log,
    Presence presence,
    ConversationSessionKind kind,
    TimeProvider time)
{
    // Copies of a store catch up sooner, so that what is missing for longer was forgotten.
    private static readonly TimeSpan _mostLag = TimeSpan.FromSeconds(2);

    private const int PageSize = 200;
    private const int LatestRead = 50;

    // A stream holds no more than this and one event, however fast they come and however slowly they are read.
    private const int PageBytesRead = 128 * 1024;

    /// <summary>What has happened behind the cursor, which it moves on.</summary>
    internal async ValueTask<IReadOnlyList<StreamItem>> Next(EventCursor cursor, CancellationToken cancellation)
    {
        (cursor.MayHaveMore, cursor.HasFailed) = (false, false);
        try
        {
            var known = await Told(cursor, cancellation);
            cursor.Version = known.Version;
            var items = known.Body.Next > cursor.Position + 1
                ? await Page(cursor, known, cancellation)
                : await Settle(cursor, known, cancellation);
            cursor.Next = NextOf(cursor, known);
            cursor.IsBehind = !cursor.MayHaveMore && cursor.Position + 1 < known.Body.Next;

            // What comes behind an event that may close the session to the reader waits until that is known.
            return cursor.MayBeClosed || cursor.MayHaveMore ? items : [.. items, .. cursor.Passing(known.Body)];
        }
        catch (Exception failed) when (failed is StoreFaultException or RefusedException)
        {
            // The stream has begun, so there is no error to answer with. The next look comes soon.
            cursor.HasFailed = true;
        }

        return [];
    }

    /// <summary>Whether the reader may read on, after the session or its members have changed.</summary>
    /// <param name="cursor">How far the reader has come.</param>
    /// <param name="isOpen">Whether the session, as it is now, is open to the reader.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<bool> StillOpen(
        EventCursor cursor,
        Func<State<ConversationSession>, ValueTask<bool>> isOpen,
        CancellationToken cancellation)
    {
        var head = await sessions.Head(kind.At(cursor.Session.Partition, cursor.Session.Id), cancellation);

        // One that was deleted: the end is on its way.
        var isDeleted = head is null || head.Body.Uid != cursor.Session.Body.Uid;
        var mayGoOn = isDeleted || await isOpen(head!);
        (cursor.MayBeClosed, cursor.Session) = (
            false, isDeleted ? cursor.Session : ConversationSessionKind.Outline(head!));
        return mayGoOn;
    }

    /// <summary>
    /// The last event of a session that was written at a moment or before; 0 when there is none. It is mostly among
    /// the latest, and is else searched for by halves.
    /// </summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<int> LastBy(string partition, DateTimeOffset moment, CancellationToken cancellation)
    {
        var query = new ListQuery(partition, EventKind.One.Name, LatestRead) { MaxBytes = PageBytesRead };
        var latest = await reader.List(EventKind.One, query, time.GetUtcNow(), cancellation);
        if (latest.FirstOrDefault(one => one.UpdatedAt <= moment) is { } last)
        {
            return EventKind.SequenceOf(last);
        }

        // All up to the one are older than the moment, all from the other on are younger; some may be forgotten.
        var (older, younger) = (0, latest is [.., var first] ? EventKind.SequenceOf(first) : 1);
        while (younger - older > 1)
        {
            var middle = older + ((younger - older) / 2);
            var found = await reader.List(
                EventKind.One,
                query with { Limit = 1, Order = ListOrder.OldestFirst, After = EventKind.After(middle - 1) },
                time.GetUtcNow(),
                cancellation);
            (older, younger) = found is [var one] && one.UpdatedAt <= moment
                ? (EventKind.SequenceOf(one), younger)
                : (older, middle);
        }

        return older;
    }

    // The log. An update is told behind its answer, and its reader need wait neither for that nor for the timer.
    private async ValueTask<State<SessionLog>> Told(EventCursor cursor, CancellationToken cancellation)
    {
        var session = cursor.Session;
        var known = await Log();
        return known.Lifetime.Open && session.Body.Revision > known.Body.Revision
            && await log.Tell(new(time.GetUtcNow(), cancellation), kind.At(session.Partition, session.Id))
                ? await Log()
                : known;

        async ValueTask<State<SessionLog>> Log() =>
            await sessions.LogIn(ConversationSessionKind.PartitionOf(session), cancellation)
            ?? LogKind.One.New(session);
    }

    private async ValueTask<IReadOnlyList<StreamItem>> Page(
        EventCursor cursor, State<SessionLog> known, CancellationToken cancellation)
    {
        var query = new ListQuery(known.Partition, EventKind.One.Name, PageSize)
        {
            After = EventKind.After(cursor.Position), Order = ListOrder.OldestFirst, MaxBytes = PageBytesRead,
        };
        var events = await reader.List(EventKind.One, query, time.GetUtcNow(), cancellation);
        var items = new List<StreamItem>(events.Count);
        foreach (var happened in events)
        {
            // A store that is read before all its copies have caught up may show a gap; what is missing comes, unless
            // it was forgotten.
            var sequence = EventKind.SequenceOf(happened);
            if (sequence != cursor.Position + 1 && !MayForget(known, happened.Body.At))
            {
                break;
            }

            var item = StreamItem.Of(cursor.Session.Id, happened);
            items.Add(item);
            cursor.Position = sequence;
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
        if (events.Count == 0 && MayForget(known, known.UpdatedAt))
        {
            cursor.Position = known.Body.Next - 1;
        }

        return items;
    }

    // Whether what came before something that happened then may be missing because it was forgotten.
    private bool MayForget(State<SessionLog> known, DateTimeOffset happened) =>
        known.Body.Forgets is true && happened + _mostLag <= time.GetUtcNow();

    // When the session ends by the clock, or did, which nobody has noted yet; or when somebody may be absent.
    private static DateTimeOffset? NextOf(EventCursor cursor, State<SessionLog> known)
    {
        var lifetime = SessionRules.At(cursor.Session, known, DateTimeOffset.MinValue).Lifetime;
        var end = lifetime.Open ? lifetime.ExpiresAt : lifetime.EndedAt;
        return !known.Lifetime.Open ? null
            : end is null || known.Body.LapsesBy < end ? known.Body.LapsesBy
            : end;
    }

    // Nobody has to wait for the timer to be told of the end, or of who is absent.
    private async ValueTask<IReadOnlyList<StreamItem>> Settle(
        EventCursor cursor, State<SessionLog> known, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var session = SessionRules.At(cursor.Session, known, now);
        var place = kind.At(session.Partition, session.Id);
        if (!session.Lifetime.Open && known.Lifetime.Open)
        {
            await log.EndExpired(new(now, cancellation), place);
            cursor.MayHaveMore = true;
        }
        else if (known.Body.LapsesBy <= now && known.Lifetime.Open)
        {
            await presence.TellLapsed(place, known.Partition, now);
            cursor.MayHaveMore = true;
        }

        return [];
    }
}

/// <summary>How far one reader has come.</summary>
internal sealed class EventCursor(State<ConversationSession> session, int after)
{
    /// <summary>Where the session is and when it ends, as it was last read.</summary>
    public State<ConversationSession> Session { get; set; } = session;

    /// <summary>The last event that was told, or was left out on purpose.</summary>
    public int Position { get; set; } = after;

    /// <summary>How much had passed when the reader came, or was told of since; null before the first look.</summary>
    public int? Passed { get; set; }

    /// <summary>Since when what passes is told of at the first look, too.</summary>
    public DateTimeOffset PassedSince { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>What has passed since the last look.</summary>
    public IReadOnlyList<StreamItem> Passing(SessionLog log)
    {
        var (before, passing) = (Passed, log.Passing ?? []);
        Passed = log.Passed ?? 0;
        var told = before is { } known
            ? passing.TakeLast(Math.Max(0, Passed.Value - known))
            : passing.Where(one => one.At > PassedSince);
        return [.. told.Select(one => StreamItem.Of(Position, one))];
    }

    /// <summary>The version of the log that was last read.</summary>
    public string Version { get; set; } = "";

    /// <summary>When something may happen by the clock alone, as far as was last read.</summary>
    public DateTimeOffset? Next { get; set; }

    /// <summary>Whether the end was told.</summary>
    public bool Ended { get; set; }

    /// <summary>Whether something has happened by which the session may be closed to the reader.</summary>
    public bool MayBeClosed { get; set; }

    /// <summary>Whether there is more to read at once.</summary>
    public bool MayHaveMore { get; set; }

    /// <summary>Whether something is missing that must be there: a copy of the store may not have it yet.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Whether the last look came to nothing because the store failed.</summary>
    public bool HasFailed { get; set; }
}
