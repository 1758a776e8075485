using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Reads a user's inbox, item by item, and remembers where to go on.</summary>
internal sealed class InboxReader : IDisposable
{
    private readonly EventReading _reading;
    private readonly FakeClock? _clock;

    private InboxReader(EventReading reading, FakeClock? clock) => (_reading, _clock) = (reading, clock);

    /// <summary>The sessions that it began with.</summary>
    public IReadOnlyList<string> Sessions { get; private set; } = [];

    /// <summary>The cursor of the last item that was read.</summary>
    public string Cursor { get; private set; } = "";

    /// <summary>Opens an inbox behind a cursor, or at what is to come.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="cursor">Where to go on; null for what is to come.</param>
    /// <param name="clock">The clock that moves on while it is waited; null where time goes by itself.</param>
    public static async Task<InboxReader> Open(ConversationClient user, string? cursor = null, FakeClock? clock = null)
    {
        var reading = await EventReading.OpenInbox(user.Http, cursor is null ? "" : $"?after={cursor}");
        var reader = new InboxReader(reading, clock);
        var first = (await reader.Next())!;
        Assert.Equal("INBOX", (string)first["event"]!["type"]!);
        reader.Sessions = [.. first["sessions"]!.AsArray().Select(name => (string)name!).Order()];
        return reader;
    }

    /// <summary>The next item, heartbeats among them; null at the end.</summary>
    public async Task<JsonNode?> Next()
    {
        var next = _reading.Next().WaitAsync(TimeSpan.FromSeconds(30));
        var item = await (_clock?.AdvanceUntil(next) ?? next);
        Cursor = (string?)item?["cursor"] ?? Cursor;
        return item;
    }

    /// <summary>The next item that is no heartbeat, as text: session, type, and what it says.</summary>
    public async Task<string> Told()
    {
        while (true)
        {
            var item = await Next() ?? throw new InvalidOperationException("The inbox has ended.");
            var happened = item["event"]!;
            if ((string)happened["type"]! is var type && type is not "HEARTBEAT")
            {
                var said = item["message"]?.ToJsonString() ?? (string?)happened["reason"] ?? (string?)happened["user"];
                return string.Join(' ', new[] { (string?)item["session"], type, said }.OfType<string>());
            }
        }
    }

    /// <summary>The next so many items.</summary>
    public async Task<IReadOnlyList<string>> Told(int count)
    {
        List<string> told = [];
        while (told.Count < count)
        {
            told.Add(await Told());
        }

        return told;
    }

    public void Dispose() => _reading.Dispose();
}
