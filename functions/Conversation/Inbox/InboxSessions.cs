using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// The sessions of one inbox as they are read: each by the reader of its own stream, and only as long as it is one of
/// the user's.
/// </summary>
internal sealed class InboxSessions(
    Exchange exchange,
    Inboxes inboxes,
    EventReader events,
    SessionReader sessions,
    ConversationSessionKind kind,
    TimeProvider time)
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    private readonly string _user = Users.IdOf(exchange.Caller.Subject);
    private readonly Dictionary<string, (int Position, int? Passed, string Version)> _looks =
        new(StringComparer.Ordinal);

    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);

    /// <summary>Whether a session is still one of the user's is to be asked at the next look.</summary>
    public void Doubt(Followed session) => _doubted.Add(session.Partition);

    /// <summary>Whether the last look has seen this version of a session's log.</summary>
    public bool HasSeen(string partition, string version) =>
        _looks.TryGetValue(partition, out var look) && look.Version == version && !_doubted.Contains(partition);

    /// <summary>A session is not followed any more.</summary>
    public void Forget(Followed session)
    {
        _looks.Remove(session.Partition);
        _doubted.Remove(session.Partition);
    }

    /// <summary>
    /// Takes what has happened in these sessions as told: in as many as a place has room for, so that of others the
    /// last seconds may be told.
    /// </summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask Skip(
        IEnumerable<Followed> recent, InboxPlace place, CancellationToken cancellation)
    {
        foreach (var session in recent.Take(InboxPlace.MostExact))
        {
            var log = await sessions.LogIn(session.Partition, cancellation);
            place.Told(session.Key, (log?.Body.Next ?? 1) - 1, time.GetUtcNow());
        }
    }

    /// <summary>Begins to look at a session, where it was left or where a place says; or tells why not.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<(EventCursor? Cursor, string? Over)> Begin(
        Followed session, InboxPlace place, CancellationToken cancellation)
    {
        var isKnown = _looks.TryGetValue(session.Partition, out var look);
        var isSure = isKnown && !_doubted.Contains(session.Partition);
        if (await HeadOf(session, isSure, cancellation) is not { } head)
        {
            return await BeginGone(session, isKnown ? look.Position : null, cancellation);
        }

        if (!isSure && !await IsOwn(session, head, cancellation))
        {
            return (null, RemovedReasons.Hidden);
        }

        _doubted.Remove(session.Partition);
        return (new(head, isKnown ? look.Position : await PositionIn(session, place, cancellation))
        {
            Passed = isKnown ? look.Passed : null, PassedSince = exchange.Now - _tick,
        }, null);
    }

    /// <summary>
    /// What is next in a session, and why it is none of the user's any more, if so. The cursor tells whether the store
    /// failed.
    /// </summary>
    public async ValueTask<(IReadOnlyList<StreamItem> Items, string? Over)> Next(
        Followed session, EventCursor cursor, CancellationToken cancellation)
    {
        var found = await events.Next(cursor, cancellation);
        _looks[session.Partition] = (cursor.Position, cursor.Passed, cursor.IsBehind ? "" : cursor.Version);
        return (found, cursor.MayBeClosed ? await Ask(session, cursor, found[^1], cancellation) : null);
    }

    // Why the session is none of the user's any more; null when it is. What has been read is told in any case.
    private async ValueTask<string?> Ask(
        Followed session, EventCursor cursor, StreamItem last, CancellationToken cancellation)
    {
        try
        {
            return await events.StillOpen(cursor, head => IsOwn(session, head, cancellation), cancellation) ? null
                : last.Event.Type == EventTypes.Left && last.Event.User == _user ? RemovedReasons.Left
                : RemovedReasons.Hidden;
        }
        catch (StoreFaultException)
        {
            // Nothing more is read of it before that is known.
            cursor.HasFailed = true;
            Doubt(session);
            return null;
        }
    }

    // What this stream has shown it goes on with, as the session's own does; else it may be hidden meanwhile.
    private async ValueTask<State<ConversationSession>?> HeadOf(
        Followed session, bool isSure, CancellationToken cancellation)
    {
        var at = kind.At(ConversationSessionKind.HeadsOf(exchange.Account.Id), session.SessionId);
        var recent = isSure ? await sessions.RecentHead(at, time.GetUtcNow(), cancellation) : null;
        var head = recent?.Body.Uid == session.Uid ? recent : await sessions.Head(at, cancellation);
        return head?.Body.Uid == session.Uid ? head : null;
    }

    // Of a session that was deleted the log is there for some minutes more: it has the end.
    private async ValueTask<(EventCursor? Cursor, string? Over)> BeginGone(
        Followed session, int? position, CancellationToken cancellation)
    {
        var log = await sessions.LogIn(session.Partition, cancellation);
        var head = kind.New(exchange.Account.Id, session.SessionId, session.Uid, new(), time.GetUtcNow());
        return log is { Lifetime.Open: false }
            ? (new(head, position ?? log.Body.Next - 2), null)
            : (null, EndReasons.Deleted);
    }

    private async ValueTask<int> PositionIn(Followed session, InboxPlace place, CancellationToken cancellation)
    {
        if (place.LastOf(session.Key) is { } last)
        {
            return last;
        }

        // The event of a join has the moment of its entry; what happens in a session that names the user is written by
        // others, whose clocks may be late.
        var own = session.Since - (session.Joined is null ? InboxPlace.Skew : _tick);
        var told = place.SinceOf(session.Key);
        return await events.LastBy(session.Partition, told > own ? told : own, cancellation);
    }

    // A list may still have what was left by a process that died before it took it off.
    private async ValueTask<bool> IsOwn(
        Followed session, State<ConversationSession> head, CancellationToken cancellation)
    {
        if (Users.IsNamed(head.Body.Fields, _user)
            || await sessions.HasJoined(session.Partition, _user, cancellation))
        {
            return true;
        }

        await (session.Joined is { } joined ? inboxes.Remove(head, _user, joined, time.GetUtcNow()) : default);
        return false;
    }
}

/// <summary>Why an inbox does not follow a session any more, beside that it was deleted.</summary>
internal static class RemovedReasons
{
    public const string Left = "left";
    public const string Hidden = "hidden";
    public const string Limit = "limit";
}
