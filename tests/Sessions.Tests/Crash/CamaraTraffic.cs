using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>Calls, every change of which is told to a sink in its order.</summary>
internal sealed class CamaraTraffic(string sink) : ITraffic
{
    private const string Over = "Terminated";
    private const int CallsOfEach = 5;

    private readonly Creates _creates = new();
    private readonly Ledger _calls = new();
    private readonly List<string>[] _mine = [.. Enumerable.Range(0, ITraffic.Users).Select(_ => new List<string>())];
    private readonly ConcurrentDictionary<string, List<int>> _told = new();
    private CamaraClient _client = null!;
    private CamaraClient _callee = null!;
    private bool _subscribed;

    public int Acknowledged => _calls.Writes;

    public void GoTo(ServiceProcess service)
    {
        _client = new(service.NewClient().WithBearer(CamaraUsers.Alice));
        _callee = new(service.NewClient().WithBearer(CamaraUsers.Bob));
    }

    public async Task Prepare()
    {
        if (!_subscribed)
        {
            await _client.Subscribe(await _client.Register(), "session-status", $"{sink}/camara");
            _subscribed = true;
        }
    }

    public async Task Step(int user, Random random)
    {
        var mine = _mine[user];
        if (mine.Count < CallsOfEach)
        {
            await Create(user);
            return;
        }

        var call = mine[random.Next(mine.Count)];
        if (_calls.StateOf(call) is Over)
        {
            mine.Remove(call);
            return;
        }

        var next = Next(_calls.StateOf(call), random);
        await _calls.Change(
            call, next, () => _callee.Put($"{call}/status", CamaraClient.Status(next, answer: next == "Connected")));
    }

    public Task<IReadOnlyList<string>> Faults(bool ever) => _calls.Faults(ever, async call =>
        await _client.Get(call) is { Status: HttpStatusCode.OK } found ? NowOf(call, found["status"]!) : "gone");

    public Task Repeat() => _creates.Repeat();

    public void Hear(Received told)
    {
        if (told.Path == "/camara" && JsonNode.Parse(told.Body)!["data"] is { } data
            && data["mediaSessionId"] is { } call)
        {
            var sequences = _told.GetOrAdd($"{CamaraClient.Calls}/{call}", _ => []);
            if ((int)data["sequenceNumber"]! is var sequence && !sequences.Contains(sequence))
            {
                sequences.Add(sequence);
            }
        }
    }

    public IEnumerable<string> Untold() =>
        from call in _calls.All.Select(call => call.Thing)
        let changes = _calls.ChangesOf(call)
        let told = _told.GetValueOrDefault(call) ?? []
        where !told.Take(changes).SequenceEqual(Enumerable.Range(1, changes))
        select $"{call} changed {changes} times, and told were {string.Join(' ', told)}";

    // Within three minutes somebody must answer.
    private string NowOf(string call, string status) =>
        status is "NoAnswer" && _calls.StateOf(call) is "Initial" or "Ringing" ? _calls.StateOf(call) : status;

    private static string Next(string status, Random random) => status switch
    {
        "Initial" => "Ringing",
        "Ringing" => "Connected",
        _ when random.Next(6) == 0 => Over,
        "Hold" => "Resume",
        _ => "Hold",
    };

    private Task Create(int user) => _creates.Do(
        key => _client.Post(CamaraClient.Calls, CamaraClient.NewCall(), key),
        reply =>
        {
            var call = $"{CamaraClient.Calls}/{reply["mediaSessionId"]}";
            _calls.Add(call, "Initial");
            _mine[user].Add(call);
        });
}
