using Sessions.Http;
using Sessions.Http.Streams;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// One open inbox: a source of what happens in all sessions of its list. It goes from session to session, and only to
/// those in which something was written: one at rest costs nothing.
/// </summary>
internal sealed class Inbox(
    Exchange exchange,
    InboxPlace place,
    IReadOnlyList<string> lists,
    Inboxes inboxes,
    InboxSessions sessions,
    Activities activities,
    WriteSignals.Listener listening,
    TimeProvider time) : IStreamSource<StreamItem>
{
    // Copies of a store catch up sooner: what one did not have at the first look, it has at the second.
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(2);

    // What was told comes to be known by its moment alone; that costs nothing.
    private static readonly TimeSpan _moveOn = TimeSpan.FromSeconds(15);

    private readonly string _user = Users.IdOf(exchange.Caller.Subject);
    private readonly Dictionary<string, Followed> _followed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _secondLooks = new(StringComparer.Ordinal);
    private readonly Queue<Followed> _round = new();
    private EventCursor? _cursor;
    private bool _isListed;
    private bool _mustList = true;
    private bool _isBehind;
    private bool _isUnderWay;
    private bool _hasFailed;

    /// <summary>Whether something may have happened behind its place before it is opened.</summary>
    public bool Resumes
    {
        init => _isBehind = value;
    }

    /// <inheritdoc/>
    public StreamItem Heartbeat => Own(EventTypes.Heartbeat);

    /// <inheritdoc/>
    public StreamItem Resume => Own(EventTypes.Resume);

    /// <inheritdoc/>
    public bool Has(Heard heard) => !heard.Topics.Any(IsNews);

    /// <inheritdoc/>
    public async ValueTask<Look<StreamItem>> Look(Heard heard, CancellationToken cancellation)
    {
        Hear(heard.Topics.Where(IsNews).Select(one => one.Key));
        try
        {
            return await Step(cancellation);
        }
        catch (StoreFaultException)
        {
            // The stream has begun, so there is no error to answer with. The next look comes soon.
            Fail();
            return new([], Moved: false, More: false, Over: false) { HasFailed = true };
        }
    }

    private async ValueTask<Look<StreamItem>> Step(CancellationToken cancellation)
    {
        if (!_isUnderWay)
        {
            var until = activities.SeenUpTo;
            if (_mustList)
            {
                var list = await inboxes.Read(exchange.Account.Id, _user, time.GetUtcNow(), cancellation);
                listening.Add(list.Sessions.Select(one => one.Partition));
                await (_isListed || _isBehind ? default : BeginNow(list, cancellation));
                _mustList = false;
                return new(Listed(list), Moved: true, More: true, Over: false);
            }

            if (_isBehind)
            {
                Hear((IEnumerable<string>?)await activities.Since(place.Since, cancellation) ?? _followed.Keys);
                _isBehind = false;
            }

            Begin(until - InboxPlace.Lag);
        }

        if (_round.TryPeek(out var session))
        {
            var items = await Next(session, cancellation);
            return new(items, Moved: items.Count > 0, More: _isUnderWay, Over: false) { HasFailed = _hasFailed };
        }

        End();
        return new([], Moved: false, More: _mustList || _pending.Count > 0, Over: false)
        {
            Next = _secondLooks.Values.Append(time.GetUtcNow() + _moveOn).Min(), HasFailed = _hasFailed,
        };
    }

    // What is being written now has a moment from before, perhaps by a clock that is late. So by its number counts what
    // has happened in a session in the last seconds; and in the others nothing has, so that all since then is news.
    private async ValueTask BeginNow(InboxList list, CancellationToken cancellation)
    {
        var before = place.Since - InboxPlace.Lag;
        if (await activities.Since(before, cancellation) is { } recent)
        {
            await sessions.Skip(list.Sessions.Where(one => recent.Contains(one.Partition)), place, cancellation);
            place.GoBack(before);
        }
    }

    private bool IsNews(KeyValuePair<string, string?> heard) =>
        lists.Contains(heard.Key)
        || (_followed.ContainsKey(heard.Key) && !(heard.Value is { } version && sessions.HasSeen(heard.Key, version)));

    private void Hear(IEnumerable<string> topics)
    {
        List<string> heard = [.. topics];
        _mustList |= heard.Exists(lists.Contains);
        _pending.UnionWith(heard.Where(_followed.ContainsKey));
    }

    private void Begin(DateTimeOffset until)
    {
        place.Begin(until);
        var now = time.GetUtcNow();
        foreach (var partition in _pending)
        {
            _secondLooks[partition] = now + _again;
        }

        foreach (var partition in _secondLooks.Where(one => one.Value <= now).Select(one => one.Key).ToList())
        {
            _secondLooks.Remove(partition);
            _pending.Add(partition);
        }

        foreach (var session in _pending.Select(partition => _followed[partition]).OrderBy(one => one.Key))
        {
            _round.Enqueue(session);
        }

        _pending.Clear();
        (_isUnderWay, _hasFailed) = (true, false);
    }

    private void End()
    {
        if (!_hasFailed)
        {
            place.End();
        }

        _isUnderWay = false;
    }

    // What the store did not answer is asked again, after a pause, with the rest of the round.
    private void Fail()
    {
        _pending.UnionWith(_round.Select(one => one.Partition));
        _round.Clear();
        (_cursor, _isUnderWay, _hasFailed) = (null, false, true);
    }

    /// <summary>What is next in the session of which the round has come to.</summary>
    private async ValueTask<IReadOnlyList<StreamItem>> Next(Followed session, CancellationToken cancellation)
    {
        var (cursor, gone) = _cursor is null
            ? await sessions.Begin(session, place, cancellation)
            : (_cursor, null);
        if (cursor is null)
        {
            return [Over(session, gone!)];
        }

        _cursor = cursor;
        var found = await sessions.Next(session, cursor, cancellation);
        List<StreamItem> items = [.. found.Items.Select(item => Told(session, item))];
        if (found.Over is { } over)
        {
            items.Add(Over(session, over));
        }
        else if (cursor.HasFailed)
        {
            Fail();
        }
        else if (cursor.Ended)
        {
            _ended.Add(session.Partition);
            Drop(session);
            Passed(session);
        }
        else if (!cursor.MayHaveMore)
        {
            Passed(session);
        }

        return items;
    }

    private void Passed(Followed session)
    {
        place.Done(session.Key);
        _round.Dequeue();
        _cursor = null;
    }

    private StreamItem Over(Followed session, string reason)
    {
        Drop(session);
        place.Forget(session.Key);
        Passed(session);
        return Own(EventTypes.Removed, session, reason);
    }

    /// <summary>Tells what the list holds, or how it has changed.</summary>
    private List<StreamItem> Listed(InboxList list)
    {
        List<StreamItem> changes = [.. Vanished(list), .. list.Sessions.SelectMany(Appeared)];
        if (_isListed)
        {
            return changes;
        }

        _isListed = true;
        return
        [
            Own(EventTypes.Inbox) with
            {
                Sessions = [.. list.Sessions.Select(one => one.Name)], HasMore = list.HasMore ? true : null,
            },
        ];
    }

    private IEnumerable<StreamItem> Appeared(Followed session)
    {
        if (_ended.Contains(session.Partition))
        {
            yield break;
        }

        var isNew = !_followed.ContainsKey(session.Partition);
        _followed[session.Partition] = session;
        if (!isNew)
        {
            yield break;
        }

        listening.Add(session.Partition);
        if (_isListed)
        {
            _pending.Add(session.Partition);
            yield return Own(EventTypes.Added, session);
        }
    }

    // What is not in the list any more may have something to tell of that first.
    private IEnumerable<StreamItem> Vanished(InboxList list)
    {
        var listed = list.Sessions.Select(one => one.Partition).ToHashSet(StringComparer.Ordinal);
        foreach (var session in _followed.Values.Where(one => !listed.Contains(one.Partition)).ToList())
        {
            if (list.HasMore)
            {
                Drop(session);
                yield return Own(EventTypes.Removed, session, RemovedReasons.Limit);
            }
            else
            {
                sessions.Doubt(session);
                _pending.Add(session.Partition);
            }
        }
    }

    private void Drop(Followed session)
    {
        listening.Remove(session.Partition);
        _followed.Remove(session.Partition);
        _pending.Remove(session.Partition);
        _secondLooks.Remove(session.Partition);
        sessions.Forget(session);
    }

    private StreamItem Told(Followed session, StreamItem item)
    {
        place.Told(session.Key, item.Event.Sequence, time.GetUtcNow());
        return item with { Session = session.Name, Cursor = place.ToString() };
    }

    private StreamItem Own(string type, Followed? session = null, string? reason = null) =>
        new(new EventResource(0, type) { Reason = reason }) { Session = session?.Name, Cursor = place.ToString() };
}
