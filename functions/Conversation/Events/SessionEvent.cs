using System.Globalization;
using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>One thing that happened in a session, as it is stored.</summary>
/// <param name="Type">A word of <see cref="EventTypes"/>.</param>
/// <param name="At">When.</param>
public sealed record SessionEvent(string Type, DateTimeOffset At)
{
    /// <summary>Who did it; null for what happens by itself.</summary>
    public string? User { get; init; }

    /// <summary>A message's channel.</summary>
    public int? Channel { get; init; }

    /// <summary>
    /// A message: JSON as it was sent. It is stored as text, since a store may write numbers in its own way.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>The session after an update, without its secret key: JSON as text.</summary>
    public string? Session { get; init; }

    /// <summary>Why the session ended.</summary>
    public string? Reason { get; init; }

    /// <summary>The last event that the user has read.</summary>
    public int? ReadSequence { get; init; }
}

/// <summary>What can happen in a session, and what a stream says of itself.</summary>
internal static class EventTypes
{
    public const string Message = "MESSAGE";
    public const string Joined = "JOINED";
    public const string Left = "LEFT";
    public const string Present = "PRESENT";
    public const string Absent = "ABSENT";
    public const string Updated = "UPDATED";
    public const string Ended = "ENDED";
    public const string Signal = "SIGNAL";
    public const string Read = "READ";
    public const string Heartbeat = "HEARTBEAT";
    public const string Resume = "RESUME";
    public const string Inbox = "INBOX";
    public const string Added = "ADDED";
    public const string Removed = "REMOVED";
}

/// <summary>Why a session ended, beside those of CloseReasons.</summary>
internal static class EndReasons
{
    public const string Deleted = "deleted";
    public const string OwnersLeft = "owners-left";
}

/// <summary>How events are stored: with the log of their session.</summary>
internal sealed class EventKind()
    : Kind<SessionEvent>("conversation/event", () => ConversationStorageJson.Stored.SessionEvent)
{
    /// <summary>The kind.</summary>
    public static readonly EventKind One = new();

    /// <summary>
    /// The place behind an event. Lists go by creation and then id; to every event here belongs the same moment, so
    /// that the sequence alone orders them, whatever the clocks of the machines say.
    /// </summary>
    public static ListPosition After(int sequence) => new(DateTimeOffset.UnixEpoch, IdOf(sequence));

    /// <summary>The number of an event.</summary>
    public static int SequenceOf(State<SessionEvent> happened) =>
        int.Parse(happened.Id.AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>
    /// The event of this number. It may have happened before it is written: an absence and an end are told of by
    /// whoever notices. By when it was written a reader of many sessions knows what it has.
    /// </summary>
    public State<SessionEvent> New(State<SessionLog> log, int sequence, SessionEvent happened, DateTimeOffset now) =>
        New(log, IdOf(sequence), happened, DateTimeOffset.UnixEpoch).To(happened, now) with
        {
            Index = happened.Type == EventTypes.Message ? SenderOf(happened.User!) : null,
        };

    /// <summary>What messages are listed by, besides their sequence.</summary>
    public static string SenderOf(string user) => MemberKind.IdOf(user);

    /// <summary>A message is large and private, and whoever repeats it has it.</summary>
    protected internal override SessionEvent WithoutSecrets(SessionEvent body) => body with { Message = null };

    private static string IdOf(int sequence) => $"e{sequence:D10}";
}

/// <summary>
/// What passes in a session and is not kept. It has no number in the sequence, and nobody who was not there is told of
/// it.
/// </summary>
internal static class Passed
{
    // Longer than the longest pause between two looks of a stream.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(10);

    private const int Most = 16;

    /// <summary>The log with something that passes.</summary>
    public static SessionLog By(SessionLog log, SessionEvent passing) => log with
    {
        Passed = (log.Passed ?? 0) + 1,
        Passing = [.. (Fresh(log.Passing, passing.At) ?? []).TakeLast(Most - 1), passing],
    };

    /// <summary>What there is a point in telling at this moment; null for nothing.</summary>
    public static IReadOnlyList<SessionEvent>? Fresh(IReadOnlyList<SessionEvent>? passing, DateTimeOffset now) =>
        passing?.Where(one => one.At + _life > now).ToList() is [_, ..] fresh ? fresh : null;
}
