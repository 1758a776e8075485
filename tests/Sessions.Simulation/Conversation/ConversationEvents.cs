using System.Globalization;
using System.Text.Json;
using Sessions.Simulation.Streams;
using Sessions.Storage;

namespace Sessions.Simulation.Conversation;

/// <summary>An event of a session, as it was written or told.</summary>
/// <param name="Session">The session's name in histories.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Type">What happened.</param>
/// <param name="User">Who did it.</param>
/// <param name="Text">What was said.</param>
/// <param name="At">When, in milliseconds of the clock of whoever wrote it.</param>
internal sealed record ConversationEvent(
    string Session, int Sequence, string Type, string? User, string? Text, long At)
{
    /// <summary>Whether nothing comes behind it.</summary>
    public bool IsEnd => Type is "ENDED";

    /// <summary>An event that a stream told; null for what only says something of the stream.</summary>
    /// <param name="told">What it told.</param>
    /// <param name="account">The account whose stream it was.</param>
    /// <param name="session">The session whose stream it was; null where it is said.</param>
    public static ConversationEvent? Of(StreamEvent told, string account, string? session)
    {
        using var data = JsonDocument.Parse(told.Data);
        var happened = data.RootElement.GetProperty("event");
        return !happened.TryGetProperty("name", out _) ? null : new(
            session ?? NameOf(account, data.RootElement.GetProperty("session").GetString()!.Split('/')[^1]),
            happened.GetProperty("sequence").GetInt32(),
            happened.GetProperty("type").GetString()!,
            happened.TryGetProperty("user", out var user) ? user.GetString() : null,
            data.RootElement.TryGetProperty("message", out var message) ? TextOf(message) : null,
            happened.GetProperty("createTime").GetDateTimeOffset().ToUnixTimeMilliseconds());
    }

    /// <summary>What a stream says of itself; null where it told an event.</summary>
    public static string? OwnWord(StreamEvent told)
    {
        using var data = JsonDocument.Parse(told.Data);
        var happened = data.RootElement.GetProperty("event");
        return happened.TryGetProperty("name", out _) ? null : happened.GetProperty("type").GetString();
    }

    /// <summary>A session's name in histories.</summary>
    public static string NameOf(string account, string id) =>
        account == AccountSettings.Id ? id : $"{account}:{id}";

    private static string? TextOf(JsonElement message) => message.GetProperty("text").GetString();

    /// <summary>An event as it was written.</summary>
    public static ConversationEvent Of(string session, Document written)
    {
        using var body = JsonDocument.Parse(written.Body);
        var happened = body.RootElement;
        using var message = happened.TryGetProperty("message", out var text)
            ? JsonDocument.Parse(text.GetString()!)
            : null;
        return new(
            session,
            int.Parse(written.Id.AsSpan(1), CultureInfo.InvariantCulture),
            happened.GetProperty("type").GetString()!,
            happened.TryGetProperty("user", out var user) ? user.GetString() : null,
            message is null ? null : TextOf(message.RootElement),
            happened.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds());
    }
}

/// <summary>All events that were ever written, session after session, also of those that are deleted since.</summary>
internal sealed class WrittenEvents
{
    private readonly Scheduler _scheduler;
    private readonly Dictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<WrittenEvent>> _events = new(StringComparer.Ordinal);

    /// <summary>Takes note from now on.</summary>
    public WrittenEvents(World world)
    {
        _scheduler = world.Scheduler;
        world.Documents.Written = Take;
    }

    /// <summary>The events of each session that there ever was of a name.</summary>
    public IEnumerable<IReadOnlyList<WrittenEvent>> Of(string session) =>
        All.Where(events => events[0].Event.Session == session);

    /// <summary>The events of each session that there ever was.</summary>
    public IEnumerable<IReadOnlyList<WrittenEvent>> All => _events.Select(one => one.Value
        .Select(written => written with { Event = written.Event with { Session = _sessions[one.Key] } })
        .ToList());

    private void Take(Document document)
    {
        if (document.Kind is "conversation/log")
        {
            using var log = JsonDocument.Parse(document.Body);
            _sessions[document.Partition] = ConversationEvent.NameOf(
                document.Account, log.RootElement.GetProperty("sessionId").GetString()!);
        }
        else if (document.Kind is "conversation/event")
        {
            _events.TryAdd(document.Partition, []);
            _events[document.Partition].Add(new(_scheduler.Now, ConversationEvent.Of("", document)));
        }
    }
}

/// <summary>An event and when it was written.</summary>
internal sealed record WrittenEvent(TimeSpan At, ConversationEvent Event);
