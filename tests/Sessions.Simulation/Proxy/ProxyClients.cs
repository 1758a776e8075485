using System.Globalization;
using System.Text;

namespace Sessions.Simulation.Proxy;

/// <summary>
/// Clients of one Proxy service, as real ones are: they repeat a create with its key until they know, and whatever
/// else fails they leave as it is.
/// </summary>
internal sealed class ProxyClients : IStory
{
    private const string Callback = "https://app.example.com/interactions";
    private static readonly string[] _numbers = ["+14155550101", "+14155550102", "+14155550103"];
    private static readonly string[] _people = ["+12125550101", "+12125550102", "+12125550103", "+12125550104"];
    private static readonly string?[] _names = [null, null, "ride-1", "ride-2"];

    private readonly World _world;
    private readonly Random _random;
    private readonly List<string> _sessions = [];
    private readonly List<(string Session, string Participant)> _joined = [];
    private string _service = "";
    private int _keys;

    /// <summary>Nobody has asked anything.</summary>
    /// <param name="world">Where they live.</param>
    public ProxyClients(World world) => (_world, _random) = (world, world.Scheduler.Random);

    /// <summary>The settings that they need.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(IReadOnlyList<string> secrets) =>
        AccountSettings.WithSecrets(secrets);

    /// <inheritdoc/>
    public bool IsComplete => ProxyCallbacks.AreComplete(History, _world.Told);

    /// <inheritdoc/>
    public IEnumerable<string> Lines => History.Select(one => one.ToString());

    /// <summary>All that was done.</summary>
    public List<Operation<ProxyCall>> History { get; } = [];

    /// <inheritdoc/>
    public string? Explain(TimeSpan skew) =>
        ProxyCallbacks.Explain(History, _world.Told)
        ?? Linearizability.Explain(new ProxyModel(skew), History.SeenLate(_world.Lag), state => state.ToString());

    /// <summary>Makes the service and its numbers.</summary>
    public async Task Prepare(Process process)
    {
        var made = await _world.Send(
            process, Request("POST", "", $"UniqueName=fleet&CallbackUrl={Uri.EscapeDataString(Callback)}"));
        _service = made.Text("sid");
        await _world.CatchUp(process);
        foreach (var number in _numbers)
        {
            await _world.Send(
                process, Request("POST", $"/{_service}/PhoneNumbers", $"PhoneNumber={Uri.EscapeDataString(number)}"));
        }
    }

    /// <inheritdoc/>
    public Task DoNext(Process process, SimulatedClock clock) => Do(process, clock, Next());

    /// <inheritdoc/>
    public async Task LookAtAll(Process process, SimulatedClock clock)
    {
        foreach (var session in _sessions)
        {
            await Do(process, clock, new ProxyCall.Fetch(session));
            await Do(process, clock, new ProxyCall.FetchParticipants(session));
        }
    }

    private ProxyCall Next()
    {
        if (_sessions.Count == 0 || _random.Next(10) < 3)
        {
            var people = _random.Next(3);
            var identifiers = _random.GetItems(_people, people).Distinct();
            return new ProxyCall.Create(
                Any(_names), [.. identifiers.Select(NewPair)], _random.Next(4) == 0 ? _random.Next(1, 5) : null);
        }

        var session = Any(_sessions);
        return _random.Next(12) switch
        {
            0 or 1 => new ProxyCall.Fetch(session),
            2 => new ProxyCall.FetchParticipants(session),
            3 or 4 => new ProxyCall.Close(session),
            5 => new ProxyCall.Reopen(session),
            6 => new ProxyCall.Delete(session),
            7 when _joined.Count > 0 && Any(_joined) is var (of, participant) => new ProxyCall.Leave(of, participant),
            8 or 9 when _joined.Count > 0 && Any(_joined) is var (of, to) => new ProxyCall.Write(of, to),
            _ => new ProxyCall.Join(session, NewPair(Any(_people))),
        };
    }

    private async Task Do(Process process, SimulatedClock clock, ProxyCall call)
    {
        var isKeyed = call is ProxyCall.Create or ProxyCall.Join or ProxyCall.Write;
        var isRead = call is ProxyCall.Fetch or ProxyCall.FetchParticipants;
        var request = Of(call);
        if (isKeyed)
        {
            request.Headers["Idempotency-Key"] = string.Create(CultureInfo.InvariantCulture, $"key-{_keys++}");
        }

        var done = await Asking.Ask(_world, process, clock, call, request, isKeyed || isRead);
        History.Add(done);
        Learn(call, done.Answer);
    }

    private void Learn(ProxyCall call, Answered answer)
    {
        switch (call, answer.Status)
        {
            case (ProxyCall.Create, 201):
                _sessions.Add(answer.Text("sid"));
                break;
            case (ProxyCall.Join join, 201):
                _joined.Add((join.Session, answer.Text("sid")));
                break;
        }
    }

    private Asked Of(ProxyCall call) => call switch
    {
        ProxyCall.Create create => Request("POST", $"/{_service}/Sessions", string.Join('&',
        [
            .. create.Name is { } name ? new[] { $"UniqueName={name}" } : [],
            .. create.Ttl is { } ttl ? new[] { $"Ttl={ttl.ToString(CultureInfo.InvariantCulture)}" } : [],
            .. create.Pairs.Select(pair => "Participants=" + Uri.EscapeDataString(
                $$"""{"Identifier":"{{pair.Identifier}}","ProxyIdentifier":"{{pair.ProxyIdentifier}}"}""")),
        ])),
        ProxyCall.Fetch fetch => Request("GET", $"/{_service}/Sessions/{fetch.Session}"),
        ProxyCall.FetchParticipants fetch => Request("GET", $"/{_service}/Sessions/{fetch.Session}/Participants"),
        ProxyCall.Close close => Request("POST", $"/{_service}/Sessions/{close.Session}", "Status=closed"),
        ProxyCall.Reopen open => Request("POST", $"/{_service}/Sessions/{open.Session}", "Status=in-progress"),
        ProxyCall.Delete delete => Request("DELETE", $"/{_service}/Sessions/{delete.Session}"),
        ProxyCall.Join join => Request(
            "POST",
            $"/{_service}/Sessions/{join.Session}/Participants",
            $"Identifier={Uri.EscapeDataString(join.Pair.Identifier)}"
            + $"&ProxyIdentifier={Uri.EscapeDataString(join.Pair.ProxyIdentifier)}"),
        ProxyCall.Write write => Request(
            "POST",
            $"/{_service}/Sessions/{write.Session}/Participants/{write.Participant}/MessageInteractions",
            "Body=hello"),
        ProxyCall.Leave leave => Request(
            "DELETE", $"/{_service}/Sessions/{leave.Session}/Participants/{leave.Participant}"),
        _ => throw new SimulationException($"Nobody asks {call}."),
    };

    private static Asked Request(string method, string path, string? form = null) =>
        new(method, "/v1/Services" + path)
        {
            Authorization = secret => AccountSettings.Basic(AccountSettings.Sid, secret),
            Headers = { ["Content-Type"] = "application/x-www-form-urlencoded" },
            Body = Encoding.UTF8.GetBytes(form ?? ""),
        };

    private Pair NewPair(string person) => new(person, Any(_numbers));

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];
}
