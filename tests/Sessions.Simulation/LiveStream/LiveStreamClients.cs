using System.Text;

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
            ["LiveKit:ApiKey"] = "key",
            ["LiveKit:ApiSecret"] = "livekit-secret-of-32-letters-or-more",
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
        var model = new LiveStreamModel(History);
        return LeftAtLiveKit() ?? Linearizability.Explain(model, model.WithRepeats, state => state.ToString());
    }

    // In the end it has one room and one ingress of each live session, and nothing of the others.
    private string? LeftAtLiveKit()
    {
        var live = world.Documents.Now.Documents.Values
            .Where(document => document is { Kind: "live-stream/session", Lifetime.Status: "live" })
            .Select(document => document.Id)
            .Order(StringComparer.Ordinal)
            .ToList();
        var rooms = world.LiveKit.Rooms.Keys;
        var ingresses = world.LiveKit.Ingresses.Values.Select(ingress => ingress.Room).Order(StringComparer.Ordinal);
        return live.SequenceEqual(rooms) && live.SequenceEqual(ingresses)
            ? null
            : $"Live are {string.Join(',', live)}; LiveKit has the rooms {string.Join(',', rooms)}, "
                + $"and ingresses into {string.Join(',', ingresses)}.";
    }

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
