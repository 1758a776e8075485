using System.Text;

namespace Sessions.Simulation.Bandwidth;

/// <summary>
/// An application that moves participants between a few sessions. It repeats creates with their keys until it knows,
/// and whatever else fails it leaves as it is.
/// </summary>
internal sealed class BandwidthClients(World world) : IStory
{
    private const string Root = "/v1/accounts/acme";
    private const string Callback = "https://app.example.com/leavings";
    private readonly Random _random = world.Scheduler.Random;
    private readonly List<string> _sessions = [];
    private readonly List<string> _participants = [];
    private int _keys;
    private bool _isLookedAt;

    /// <summary>All that was done.</summary>
    public List<Operation<BandwidthCall>> History { get; } = [];

    /// <inheritdoc/>
    public bool IsComplete => _isLookedAt && BandwidthInvariants.AreAllLeavingsTold(History, world.Told);

    /// <inheritdoc/>
    public IEnumerable<string> Lines => History.Select(one => one.ToString());

    /// <summary>The settings that they need.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(IReadOnlyList<string> secrets) =>
        AccountSettings.WithSecrets(secrets);

    /// <inheritdoc/>
    public Task Prepare(Process process) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DoNext(Process process, SimulatedClock clock) => Do(process, clock, Next());

    /// <inheritdoc/>
    public async Task LookAtAll(Process process, SimulatedClock clock)
    {
        foreach (var session in _sessions)
        {
            await Do(process, clock, new BandwidthCall.FetchSession(session));
        }

        foreach (var participant in _participants)
        {
            await Do(process, clock, new BandwidthCall.FetchParticipant(participant));
        }

        _isLookedAt = true;
    }

    /// <inheritdoc/>
    public string? Explain(TimeSpan skew) => BandwidthInvariants.Explain(History, world);

    private BandwidthCall Next()
    {
        if (_sessions.Count == 0 || _participants.Count == 0 || _random.Next(5) == 0)
        {
            return _sessions.Count > _participants.Count || _random.Next(3) > 0
                ? new BandwidthCall.CreateParticipant()
                : new BandwidthCall.CreateSession();
        }

        var (session, participant) = (Any(_sessions), Any(_participants));
        return _random.Next(12) switch
        {
            0 => new BandwidthCall.FetchSession(session),
            1 => new BandwidthCall.FetchParticipant(participant),
            2 or 3 or 4 => new BandwidthCall.Remove(session, participant),
            5 when _random.Next(2) == 0 => new BandwidthCall.DeleteSession(session),
            6 when _random.Next(2) == 0 => new BandwidthCall.DeleteParticipant(participant),
            _ => new BandwidthCall.Add(session, participant),
        };
    }

    private async Task Do(Process process, SimulatedClock clock, BandwidthCall call)
    {
        var isKeyed = call is BandwidthCall.CreateSession or BandwidthCall.CreateParticipant;
        var request = Of(call);
        if (isKeyed)
        {
            request.Headers["Idempotency-Key"] = $"key-{_keys++}";
        }

        var isRead = call is BandwidthCall.FetchSession or BandwidthCall.FetchParticipant;
        var done = await Asking.Ask(world, process, clock, call, request, isKeyed || isRead);
        History.Add(done);
        switch (call, done.Answer.Status)
        {
            case (BandwidthCall.CreateSession, 200):
                _sessions.Add(done.Answer.Text("id"));
                break;
            case (BandwidthCall.CreateParticipant, 200):
                _participants.Add(done.Answer.Text("participant", "id"));
                break;
        }
    }

    private static Asked Of(BandwidthCall call) => call switch
    {
        BandwidthCall.CreateSession => Request("POST", "/sessions", "{}"),
        BandwidthCall.CreateParticipant => Request("POST", "/participants", $$"""{"callbackUrl": "{{Callback}}"}"""),
        BandwidthCall.Add(var session, var participant) =>
            Request("PUT", $"/sessions/{session}/participants/{participant}"),
        BandwidthCall.Remove(var session, var participant) =>
            Request("DELETE", $"/sessions/{session}/participants/{participant}"),
        BandwidthCall.DeleteSession(var session) => Request("DELETE", $"/sessions/{session}"),
        BandwidthCall.DeleteParticipant(var participant) => Request("DELETE", $"/participants/{participant}"),
        BandwidthCall.FetchSession(var session) => Request("GET", $"/sessions/{session}"),
        BandwidthCall.FetchParticipant(var participant) => Request("GET", $"/participants/{participant}"),
        _ => throw new SimulationException($"Nobody asks {call}."),
    };

    private static Asked Request(string method, string path, string? body = null) => new(method, Root + path)
    {
        Authorization = secret => AccountSettings.Basic("acme", secret),
        Headers = { ["Content-Type"] = "application/json" },
        Body = Encoding.UTF8.GetBytes(body ?? ""),
    };

    private string Any(List<string> all) => all[_random.Next(all.Count)];
}
