using Sessions.Engine;

namespace Sessions.Conversation;

/// <summary>
/// The first sessions behind a place in some order, of many that come in another: never more of them are held than a
/// page shows, however many come.
/// </summary>
/// <param name="order">The order.</param>
/// <param name="after">The place; null for the start.</param>
/// <param name="size">How many a page shows.</param>
/// <param name="maxBytes">It ends with the one with which it comes to so many bytes.</param>
internal sealed class SortedPage(SessionOrder order, SessionOrder.Place? after, int size, int maxBytes)
{
    private readonly SortedSet<Held> _held = new(
        Comparer<Held>.Create((one, other) => order.Compare(one.Place, other.Place)));

    private long _bytes;
    private bool _goesOn;

    /// <summary>How many have come, on this page or not.</summary>
    public int Total { get; private set; }

    /// <summary>What the page shows, in its order.</summary>
    public IReadOnlyList<State<ConversationSession>> Sessions => [.. _held.Select(held => held.Session)];

    /// <summary>The place of the last on the page when there are more behind it, else null.</summary>
    public SessionOrder.Place? Last => _goesOn ? _held.Max!.Place : null;

    /// <summary>Takes one.</summary>
    public void Add(State<ConversationSession> session)
    {
        Total++;
        var place = SessionOrder.Place.Of(session);
        if (after is not null && order.Compare(place, after) <= 0)
        {
            return;
        }

        _held.Add(new(place, session));
        _bytes += BytesOf(session);
        while (_held.Count > size || (_held.Count > 1 && _bytes - BytesOf(_held.Max!.Session) >= maxBytes))
        {
            var last = _held.Max!;
            _held.Remove(last);
            _bytes -= BytesOf(last.Session);
            _goesOn = true;
        }
    }

    private static int BytesOf(State<ConversationSession> session) => session.Origin!.Body.Length;

    private sealed record Held(SessionOrder.Place Place, State<ConversationSession> Session);
}
