using System.Globalization;
using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// orderBy (AIP-132): fields between commas, each with desc behind it or not. The store keeps sessions by their
/// creation, so in that order page N costs what page 1 costs; for any other all of them are looked at.
/// </summary>
internal sealed class SessionOrder : IComparer<SessionOrder.Place>
{
    private const string CreateTime = "createTime";

    private static readonly Dictionary<string, Comparison<Place>> _fields = new(StringComparer.Ordinal)
    {
        [CreateTime] = (one, other) => one.CreatedAt.CompareTo(other.CreatedAt),
        ["updateTime"] = (one, other) => one.UpdatedAt.CompareTo(other.UpdatedAt),
        ["displayName"] = (one, other) => string.CompareOrdinal(one.DisplayName, other.DisplayName),
    };

    private readonly List<(string Field, bool IsDescending)> _keys;

    private SessionOrder(List<(string Field, bool IsDescending)> keys) => _keys = keys;

    /// <summary>The store's own order that this is; null when it is none.</summary>
    public ListOrder? OfStore => _keys switch
    {
        [] or [(CreateTime, true)] => ListOrder.NewestFirst,
        [(CreateTime, false)] => ListOrder.OldestFirst,
        _ => null,
    };

    /// <exception cref="Http.RefusedException">It cannot be read, or names a field that has no order.</exception>
    public static SessionOrder Parse(string? orderBy)
    {
        List<(string Field, bool IsDescending)> keys = [];
        foreach (var part in string.IsNullOrWhiteSpace(orderBy) ? [] : orderBy.Split(','))
        {
            var (name, isDescending) = part.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
            {
                [var field] => (ProtoNames.Camel(field), false),
                [var field, "asc"] => (ProtoNames.Camel(field), false),
                [var field, "desc"] => (ProtoNames.Camel(field), true),
                _ => ("", false),
            };
            if (!_fields.ContainsKey(name) || keys.Exists(key => key.Field == name))
            {
                throw ConversationErrors.Invalid(
                    "orderBy",
                    "must be of createTime, updateTime and displayName, each once, such as "
                    + "\"displayName, updateTime desc\".");
            }

            keys.Add((name, isDescending));
        }

        return new(keys);
    }

    /// <summary>Which of two comes first; of no two sessions neither does.</summary>
    public int Compare(Place? x, Place? y)
    {
        foreach (var (field, isDescending) in _keys)
        {
            if (_fields[field](x!, y!) is var compared and not 0)
            {
                return isDescending ? -compared : compared;
            }
        }

        return string.CompareOrdinal(x!.Id, y!.Id);
    }

    /// <summary>The order in one spelling.</summary>
    public override string ToString() => OfStore is { } own
        ? own.ToString()
        : string.Join(',', _keys.Select(key => key.IsDescending ? $"{key.Field} desc" : key.Field));

    /// <summary>What a session is put in order by.</summary>
    internal sealed record Place(DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string DisplayName, string Id)
    {
        public static Place Of(State<ConversationSession> session) => new(
            session.CreatedAt, session.Lifetime.UpdatedAt, session.Body.Fields.DisplayName, session.Id);

        /// <summary>The place in a page token, whose signature says that we wrote it.</summary>
        public static Place? From(ListPosition? position) =>
            position is not null && position.Id.Split('\n', 3) is [var id, var updated, var name]
                ? new(
                    position.CreatedAt,
                    new(long.Parse(updated, CultureInfo.InvariantCulture), TimeSpan.Zero),
                    name,
                    id)
                : null;

        public ListPosition ToPosition()
        {
            var updated = UpdatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture);
            return new(CreatedAt, $"{Id}\n{updated}\n{DisplayName}");
        }
    }
}

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
