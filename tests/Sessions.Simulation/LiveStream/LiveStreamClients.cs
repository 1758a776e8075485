using System.Text;
using System.Text.Json;
using Sessions.Storage;

namespace Sessions.Simulation.LiveStream;

/// <summary>A host with two rooms, from several devices at once. </summary>
internal sealed class LiveStreamClients(World world) : IStory
{
    private readonly Random _random = world.Scheduler.Random;
    private readonly List<string> _rooms = [];
    private readonly List<string> _sessions = [];
    private string _preset = "";
    private int _keys;
    private bool _isLookedAt;

    /// <summary>The settings that they need.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(IReadOnlyList<string> secrets) =>
        new Dictionary<string, string?>(
            AccountSettings.WithTokens(secrets.Select(token => new AccountToken(token, "host", Role: "host"))))
        {
            ["LiveKit:Url"] = "wss://livekit.example.com",
            ["LiveKit:ApiKey"] = LiveKitWebhooks.ApiKey,
            ["LiveKit:ApiSecret"] = LiveKitWebhooks.ApiSecret,
        };

    /// <summary>All that was done.</summary>
    public List<Operation<LiveStreamCall>> History { get; } = [];

    /// <inheritdoc/>
    public bool IsComplete => _isLookedAt && LeftAtLiveKit() is null;

    /// <inheritdoc/>
    public IEnumerable<string> Lines => History.Select(one => one.ToString());

    /// <inheritdoc/>
    public async Task Prepare(Process process)
    {
        var preset = await world.Send(process, Request(
            "POST", "/presets", """{"name": "Plain", "type": "whip", "primary_color": "#1a2b3c"}"""));
        _preset = preset.Text("data", "id");
        foreach (var title in (string[])["one", "two"])
        {
            var made = await world.Send(process, Request("POST", "/rooms", $$"""{"title": "{{title}}"}"""));
            _rooms.Add(made.Text("data", "room", "id"));
        }

        world.LiveKit.Webhooks.IsOn = true;
        new LiveKitLife(world, _sessions, LoseRoom).Go();
    }

    /// <inheritdoc/>
    public Task DoNext(Process process, SimulatedClock clock) => Do(process, clock, Next());

    /// <inheritdoc/>
    public async Task LookAtAll(Process process, SimulatedClock clock)
    {
        foreach (var room in _rooms)
        {
            await Do(process, clock, new LiveStreamCall.List(room));
        }

        foreach (var session in _sessions)
        {
            await Do(process, clock, new LiveStreamCall.Fetch(session));
        }

        _isLookedAt = true;
    }

    /// <inheritdoc/>
    public string? Explain(TimeSpan skew)
    {
        var model = new LiveStreamModel(History.SeenLate(world.Lag), world.LiveKit.Visits);
        return LeftAtLiveKit() ?? Linearizability.Explain(model, model.WithRepeats, state => state.ToString());
    }

    // In the end it has one room and one ingress of each live session, and nothing of the others.
    private string? LeftAtLiveKit()
    {
        var documents = world.Documents.Now.Documents.Values
            .Where(document => document is { Kind: "live-stream/session", Lifetime.Status: "live" })
            .ToList();
        var live = documents
            .Select(document => document.Id)
            .Order(StringComparer.Ordinal)
            .ToList();
        var rooms = world.LiveKit.Rooms.Keys;
        var ingresses = world.LiveKit.Ingresses.Values.Select(ingress => ingress.Room)
            .Order(StringComparer.Ordinal)
            .ToList();
        return live.SequenceEqual(rooms) && live.SequenceEqual(ingresses)
            ? documents.Select(Miscounted).FirstOrDefault(wrong => wrong is not null)
            : $"Live are {string.Join(',', live)}; LiveKit has the rooms {string.Join(',', rooms)}, "
                + $"and ingresses into {string.Join(',', ingresses)}.";
    }

    // Those count who are in, and never more than have come.
    private string? Miscounted(Document session)
    {
        using var body = JsonDocument.Parse(session.Body);
        var attendance = body.RootElement.GetProperty("attendance");
        var present = attendance.GetProperty("present").EnumerateArray()
            .Select(one => one.GetProperty("sid").GetString()!)
            .Order(StringComparer.Ordinal)
            .ToList();
        var inside = world.LiveKit.Inside(session.Id).Select(one => one.Sid).ToList();
        return !present.SequenceEqual(inside)
            ? $"{session.Id} counts {string.Join(',', present)}, and in are {string.Join(',', inside)}."
            : attendance.GetProperty("maxViewers").GetInt32()
                > world.LiveKit.Visits.Count(visit => visit.Room == session.Id)
            ? $"{session.Id} counts more than have ever come."
            : null;
    }

    private void LoseRoom(string session) => History.Add(new(
        "LiveKit", new LiveStreamCall.LoseRoom(session), world.Scheduler.Now, null, Answered.Nothing));

    private LiveStreamCall Next()
    {
        if (_sessions.Count == 0 || _random.Next(6) == 0)
        {
            return new LiveStreamCall.Create(Any(_rooms));
        }

        var session = Any(_sessions);
        return _random.Next(10) switch
        {
            0 => new LiveStreamCall.Fetch(session),
            1 => new LiveStreamCall.List(Any(_rooms)),
            2 or 3 or 4 => new LiveStreamCall.End(session),
            5 => new LiveStreamCall.Delete(session),
            _ => new LiveStreamCall.Start(session),
        };
    }

    private async Task Do(Process process, SimulatedClock clock, LiveStreamCall call)
    {
        var done = await Asking.Ask(world, process, clock, call, Of(call), repeats: true);
        History.Add(done);
        if (done is { Answer.Status: 201 })
        {
            _sessions.Add(done.Answer.Text("data", "session", "id"));
        }
    }

    private Asked Of(LiveStreamCall call) => call switch
    {
        LiveStreamCall.Create create => Request(
            "POST",
            $"/rooms/{create.Room}/sessions",
            $$"""{"title": "Show", "preset_id": "{{_preset}}"}""",
            $"key-{_keys++}"),
        LiveStreamCall.Fetch fetch => Request("GET", $"/sessions/{fetch.Session}"),
        LiveStreamCall.List list => Request("GET", $"/rooms/{list.Room}/sessions?limit=100"),
        LiveStreamCall.Start start => Request("POST", $"/sessions/{start.Session}/start"),
        LiveStreamCall.End end => Request("POST", $"/sessions/{end.Session}/end"),
        LiveStreamCall.Delete delete => Request("DELETE", $"/sessions/{delete.Session}"),
        _ => throw new SimulationException($"Nobody asks {call}."),
    };

    private static Asked Request(string method, string path, string? body = null, string? key = null)
    {
        var request = new Asked(method, path)
        {
            Authorization = token => "Bearer " + token,
            Headers = { ["Content-Type"] = "application/json" },
            Body = Encoding.UTF8.GetBytes(body ?? ""),
        };
        if (key is not null)
        {
            request.Headers["Idempotency-Key"] = key;
        }

        return request;
    }

    private string Any(List<string> all) => all[_random.Next(all.Count)];
}
