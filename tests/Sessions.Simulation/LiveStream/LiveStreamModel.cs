using System.Collections.Immutable;
using System.Text.Json;

namespace Sessions.Simulation.LiveStream;

/// <summary>What is asked of live streams.</summary>
internal abstract record LiveStreamCall
{
    /// <summary>Creates a session of a room, under a key.</summary>
    public sealed record Create(string Room) : LiveStreamCall;

    /// <summary>Fetches one.</summary>
    public sealed record Fetch(string Session) : LiveStreamCall;

    /// <summary>Lists a room's.</summary>
    public sealed record List(string Room) : LiveStreamCall;

    /// <summary>Goes live.</summary>
    public sealed record Start(string Session) : LiveStreamCall;

    /// <summary>Ends one.</summary>
    public sealed record End(string Session) : LiveStreamCall;

    /// <summary>Deletes one.</summary>
    public sealed record Delete(string Session) : LiveStreamCall;

    /// <summary>LiveKit has ended its room by itself, of which the session hears or not.</summary>
    public sealed record LoseRoom(string Session) : LiveStreamCall;
}

/// <summary>An account's sessions: of which room each is, and how it is. Two that look alike are equal.</summary>
internal sealed record ModelStreams(ImmutableSortedDictionary<string, (string Room, string Status)> Sessions)
{
    private string? _text;

    public bool Equals(ModelStreams? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text ??= string.Join(' ', Sessions);

    public ModelStreams With(string id, string room, string status) => new(Sessions.SetItem(id, (room, status)));
}

/// <summary>
/// What live streams may answer: a session is scheduled, then live, then ended, and of one room at most one is live.
/// </summary>
/// <param name="history">All that was done: a start takes a while, in which its room is taken.</param>
/// <param name="visits">Who came to LiveKit, and when: the room that it makes of a session that is not live is taken
/// back, and nobody starts the session meanwhile.</param>
internal sealed class LiveStreamModel(
    IReadOnlyList<Operation<LiveStreamCall>> history, IReadOnlyList<(string Room, TimeSpan At)> visits)
    : IModel<ModelStreams, LiveStreamCall>
{
    private const string Scheduled = "scheduled";
    private const string Live = "live";
    private const string Ended = "ended";

    // A start that came to no good end holds its session and its room for 45 seconds, and so does the timer each time
    // that it looks whether LiveKit has let go of what that left there.
    private static readonly TimeSpan _held = TimeSpan.FromMinutes(10);

    // The same in whatever order operations are tried.
    private readonly Dictionary<Operation<LiveStreamCall>, HashSet<string?>> _changedDuring =
        new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public ModelStreams Start { get; } = new(
        ImmutableSortedDictionary.Create<string, (string, string)>(StringComparer.Ordinal));

    /// <inheritdoc/>
    public IEnumerable<ModelStreams> After(ModelStreams before, Operation<LiveStreamCall> operation)
    {
        var (call, status) = (operation.Call, operation.Answer.Status);
        var id = SessionOf(call);
        var seen = id is not null && before.Sessions.TryGetValue(id, out var found) ? found : default;
        return (call, status) switch
        {
            (LiveStreamCall.Create create, 201) =>
                [before.With(operation.Answer.Text("data", "session", "id"), create.Room, Scheduled)],
            (LiveStreamCall.List list, 200) => IsListed(before, operation, list.Room) ? [before] : [],
            (_, 404) => seen.Status is null ? [before] : [],
            _ when seen.Status is null => [],
            (LiveStreamCall.Fetch, 200) => operation.Answer.Text("data", "status") == seen.Status ? [before] : [],
            (_, 409) => Refuses(before, id!, seen, operation) ? [before] : [],
            (LiveStreamCall.Start, 200 or 0) when seen.Status is Live => [before],
            (LiveStreamCall.Start, 200 or 0) when seen.Status is Scheduled && !IsAnyLive(before, seen.Room) =>
                [before.With(id!, seen.Room, Live)],
            (LiveStreamCall.End, 200) when seen.Status is Ended => [before],
            (LiveStreamCall.End, 200 or 0) when seen.Status is Live => [before.With(id!, seen.Room, Ended)],
            (LiveStreamCall.LoseRoom, 0) when seen.Status is Live => [before.With(id!, seen.Room, Ended)],
            (LiveStreamCall.Delete, 200 or 0) when seen.Status is not Live => [new(before.Sessions.Remove(id!))],
            _ => [],
        };
    }

    /// <summary>
    /// What was done, and what may have been done beside it: what is asked again may find its own doing, and be refused
    /// for it.
    /// </summary>
    public IReadOnlyList<Operation<LiveStreamCall>> WithRepeats { get; } =
    [
        .. history,
        .. history
            .Where(one => one is { Tries: > 1, Answer.Status: not 200 }
                and { Call: LiveStreamCall.Start or LiveStreamCall.End or LiveStreamCall.Delete })
            .Select(one => one with { Until = null, Answer = Answered.Nothing }),
    ];

    private bool Refuses(
        ModelStreams before, string id, (string Room, string Status) seen, Operation<LiveStreamCall> operation) =>
        (operation.Call, operation.Answer.Text("code")) switch
        {
            (LiveStreamCall.Start, "session_ended") => seen.Status is Ended,
            (LiveStreamCall.Start, "room_live") =>
                IsAnyLive(before, seen.Room) || IsHeld(operation, other => other != id),
            (LiveStreamCall.End, "session_not_live") => seen.Status is not Live,
            (LiveStreamCall.Delete, "room_live") => seen.Status is Live,
            (_, "start_in_progress") when IsHeld(operation, other => other == id) => true,
            (LiveStreamCall.Start, "start_in_progress") => visits.Any(visit =>
                visit.Room == id && visit.At < operation.Until && visit.At + _held > operation.From),
            _ => false,
        };

    private bool IsHeld(Operation<LiveStreamCall> operation, Func<string, bool> isOne) => history.Any(other =>
        other.Call is LiveStreamCall.Start start && isOne(start.Session)
        && (operation.Tries > 1 || !ReferenceEquals(other, operation))
        && other is not { Tries: 1, Answer.Status: 404 or 409 }
        && other.From < operation.Until
        && ((other.Answer.Status == 200 ? other.Until : null) ?? other.From + _held) > operation.From);

    private static bool IsAnyLive(ModelStreams streams, string room) =>
        streams.Sessions.Values.Any(other => other.Room == room && other.Status is Live);

    // A list is read piece by piece: what is changed meanwhile may be in it as it was or as it is then.
    private bool IsListed(ModelStreams streams, Operation<LiveStreamCall> operation, string room)
    {
        using var told = JsonDocument.Parse(operation.Answer.Body);
        var data = told.RootElement.GetProperty("data");
        var listed = data.GetProperty("sessions").EnumerateArray().Select(one =>
            (Id: one.GetProperty("id").GetString()!, Status: one.GetProperty("status").GetString()!));
        var there = streams.Sessions.Where(one => one.Value.Room == room)
            .Select(one => (Id: one.Key, one.Value.Status)).ToList();
        if (!_changedDuring.TryGetValue(operation, out var moving))
        {
            _changedDuring[operation] = moving = ChangedDuring(operation);
        }

        return there.Where(one => !moving.Contains(one.Id)).ToHashSet()
                .SetEquals(listed.Where(one => !moving.Contains(one.Id)))
            && Math.Abs(data.GetProperty("total").GetInt32() - there.Count) <= moving.Count;
    }

    private HashSet<string?> ChangedDuring(Operation<LiveStreamCall> operation) =>
    [
        .. WithRepeats
            .Where(other => other.Call is not (LiveStreamCall.Fetch or LiveStreamCall.List)
                && other.From < operation.Until && !(other.Until < operation.From))
            .Select(other => other is { Call: LiveStreamCall.Create, Answer.Status: 201 }
                ? other.Answer.Text("data", "session", "id")
                : SessionOf(other.Call)),
    ];

    private static string? SessionOf(LiveStreamCall call) => call switch
    {
        LiveStreamCall.Fetch(var session) => session,
        LiveStreamCall.Start(var session) => session,
        LiveStreamCall.End(var session) => session,
        LiveStreamCall.Delete(var session) => session,
        LiveStreamCall.LoseRoom(var session) => session,
        _ => null,
    };
}
