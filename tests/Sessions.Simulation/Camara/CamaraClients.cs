using System.Text.Json.Nodes;

namespace Sessions.Simulation.Camara;

/// <summary>What is asked of calls, and by whom.</summary>
internal abstract record CamaraCall(string By)
{
    /// <summary>Calls the other one, under a key.</summary>
    public sealed record Invite(string By) : CamaraCall(By);

    /// <summary>Takes a call to a state.</summary>
    public sealed record Set(string By, string Call, string Status) : CamaraCall(By);

    /// <summary>Hangs up.</summary>
    public sealed record End(string By, string Call) : CamaraCall(By);

    /// <summary>Fetches a call.</summary>
    public sealed record Fetch(string By, string Call) : CamaraCall(By);
}

/// <summary>Two users who call each other from one device each, and whose sinks hear of it.</summary>
internal sealed class CamaraClients(World world) : IStory
{
    private const string Calls = "/webrtc-call-handling/v0.3/sessions";
    private static readonly string[] _users = ["alice", "bob"];
    private static readonly string[] _statuses =
    [
        "Ringing", "Ringing", "Proceeding", "Connected", "Connected", "Connected", "Hold", "Resume", "Declined", "Busy",
        "SessionCancelled", "Terminated",
    ];

    private readonly Random _random = world.Scheduler.Random;
    private readonly Dictionary<string, string> _devices = [];
    private readonly List<string> _calls = [];
    private int _keys;
    private CamaraStreams? _streams;
    private bool _isLookedAt;

    /// <summary>All that was done.</summary>
    public List<Operation<CamaraCall>> History { get; } = [];

    /// <inheritdoc/>
    public bool IsComplete => _isLookedAt && CamaraInvariants.IsAllTold(History, world);

    /// <inheritdoc/>
    public IEnumerable<string> Lines =>
        History.Select(one => one.ToString()).Concat(_streams?.Readers.Runs.Select(run => run.ToString()) ?? []);

    /// <summary>The settings that they need.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(IReadOnlyList<string> secrets) =>
        AccountSettings.WithTokens(_users.SelectMany(user => secrets.Select(secret =>
            new AccountToken($"{user}-{secret}", user, PhoneNumber: NumberOf(user)))));

    /// <summary>Each registers a device, has a sink told of every change, and reads that as a stream, too.</summary>
    public async Task Prepare(Process process)
    {
        var subscriptions = new Dictionary<string, string>();
        foreach (var (place, user) in _users.Index())
        {
            var registered = await world.Send(process, Request(user, "POST", "/webrtc-registration/v0.3/sessions", new()
            {
                ["deviceId"] = $"{place + 1}d444840-9dc0-11d1-b245-5ffdce74fad2",
            }));
            _devices[user] = registered.Text("registrationId");
        }

        await world.CatchUp(process);
        foreach (var user in _users)
        {
            await world.Send(process, Subscription(user, $"https://{user}.example.com/sink"));
            subscriptions[user] = (await world.Send(process, Subscription(user, sink: null))).Text("id");
        }

        _streams = new(world, subscriptions, (user, path) => Request(user, "GET", path));
    }

    /// <inheritdoc/>
    public Task DoNext(Process process, SimulatedClock clock) => Do(process, clock, Next());

    /// <inheritdoc/>
    public async Task LookAtAll(Process process, SimulatedClock clock)
    {
        // Whoever was not answered by then counts as such.
        _streams!.Readers.Kill();
        await Task.Delay(TimeSpan.FromMinutes(4), clock);
        await _streams.Readers.CatchUp(process, clock);
        foreach (var call in _calls)
        {
            await Do(process, clock, new CamaraCall.Fetch("alice", call));
        }

        _isLookedAt = true;
    }

    /// <inheritdoc/>
    public string? Explain(TimeSpan skew) =>
        CamaraInvariants.Explain(History.SeenLate(world.Lag), world) ?? _streams!.Explain();

    private CamaraCall Next()
    {
        var user = Any(_users);
        if (_calls.Count == 0 || _random.Next(7) == 0)
        {
            return new CamaraCall.Invite(user);
        }

        var call = Any(_calls);
        return _random.Next(8) switch
        {
            0 => new CamaraCall.End(user, call),
            1 => new CamaraCall.Fetch(user, call),
            _ => new CamaraCall.Set(user, call, Any(_statuses)),
        };
    }

    private async Task Do(Process process, SimulatedClock clock, CamaraCall call)
    {
        var request = Of(call);
        if (call is CamaraCall.Invite)
        {
            request.Headers["Idempotency-Key"] = $"key-{_keys++}";
        }

        var repeats = call is CamaraCall.Invite or CamaraCall.Fetch;
        var done = await Asking.Ask(world, process, clock, call, request, repeats);
        History.Add(done);
        if (done is { Call: CamaraCall.Invite, Answer.Status: 201 })
        {
            _calls.Add(done.Answer.Text("mediaSessionId"));
        }
    }

    private Asked Of(CamaraCall call) => call switch
    {
        CamaraCall.Invite => Request(call.By, "POST", Calls, new()
        {
            ["originatorAddress"] = $"tel:{NumberOf(call.By)}",
            ["receiverAddress"] = $"tel:{NumberOf(_users.First(user => user != call.By))}",
            ["offer"] = new JsonObject { ["sdp"] = "v=0 offer" },
        }),
        CamaraCall.Set set => Request(call.By, "PUT", $"{Calls}/{set.Call}/status", set.Status is "Connected"
            ? new() { ["status"] = set.Status, ["answer"] = new JsonObject { ["sdp"] = "v=0 answer" } }
            : new() { ["status"] = set.Status }),
        CamaraCall.End end => Request(call.By, "DELETE", $"{Calls}/{end.Call}"),
        CamaraCall.Fetch fetch => Request(call.By, "GET", $"{Calls}/{fetch.Call}"),
        _ => throw new SimulationException($"Nobody asks {call}."),
    };

    // Without a sink it is there to be read.
    private Asked Subscription(string user, string? sink)
    {
        var body = new JsonObject
        {
            ["protocol"] = "HTTP",
            ["types"] = new JsonArray("org.camaraproject.webrtc-events.v0.session-status"),
            ["config"] = new JsonObject
            {
                ["subscriptionDetail"] = new JsonObject { ["registrationId"] = _devices[user] },
            },
        };
        if (sink is not null)
        {
            body["sink"] = sink;
        }

        return Request(user, "POST", "/webrtc-events/v0.2/subscriptions", body);
    }

    private Asked Request(string user, string method, string path, JsonObject? body = null)
    {
        var request = new Asked(method, path)
        {
            Authorization = secret => $"Bearer {user}-{secret}",
            Headers = { ["Content-Type"] = "application/json" },
            Body = body is null ? [] : System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
        };
        if (_devices.TryGetValue(user, out var device))
        {
            request.Headers["registrationId"] = device;
        }

        return request;
    }

    private static string NumberOf(string user) => user is "alice" ? "+17085852753" : "+17085854000";

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];
}
