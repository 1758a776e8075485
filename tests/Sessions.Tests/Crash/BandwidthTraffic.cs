using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>Participants who compete for the twenty places of a session, leave it, and have that told.</summary>
internal sealed class BandwidthTraffic(string sink) : ITraffic
{
    private const int Places = 20;
    private const int ParticipantsOfEach = 8;
    private const string Outside = "outside";

    private readonly Creates _creates = new();
    private readonly Ledger _participants = new();
    private readonly List<string>[] _mine = [.. Enumerable.Range(0, ITraffic.Users).Select(_ => new List<string>())];
    private readonly ConcurrentDictionary<string, int> _left = new();
    private readonly ConcurrentDictionary<string, HashSet<string>> _told = new();
    private readonly List<string> _sessions = [];
    private BandwidthClient _client = null!;

    public int Acknowledged => _participants.Writes;

    public void GoTo(ServiceProcess service) =>
        _client = new(service.NewClient().WithBasic("acme", TestAccounts.AcmeSecret), "acme");

    public async Task Prepare() => _sessions.Add(await _client.NewSession());

    public Task Step(int user, Random random)
    {
        var mine = _mine[user];
        if (mine.Count < ParticipantsOfEach)
        {
            return Create(user);
        }

        var participant = mine[random.Next(mine.Count)];
        return _participants.StateOf(participant) is Outside ? Join(participant)
            : random.Next(4) == 0 ? Leave(participant)
            : Join(participant);
    }

    public async Task<IReadOnlyList<string>> Faults(bool ever)
    {
        var faults = await _participants.Faults(ever, async id =>
            (await _client.SessionsOf(id)) is [var session] ? session : Outside);
        return [.. faults, .. (await Task.WhenAll(_sessions.Select(FaultsOf))).SelectMany(each => each)];
    }

    public Task Repeat() => _creates.Repeat();

    public void Hear(Received told)
    {
        if (told.Path == "/bandwidth")
        {
            var participant = $"{JsonNode.Parse(told.Body)!["participantId"]}";
            _told.GetOrAdd(participant, _ => []).Add(told.Headers["Webhook-Id"]);
        }
    }

    public IEnumerable<string> Untold() =>
        from left in _left
        let told = _told.GetValueOrDefault(left.Key)?.Count ?? 0
        where told < left.Value
        select $"{left.Key} has left {left.Value} times, and {told} were told";

    private async Task<IEnumerable<string>> FaultsOf(string session)
    {
        var members = await _client.MembersOf(session);
        var known = _participants.All.Where(one => one.State == session).Select(one => one.Thing).ToList();
        return
        [
            .. members.Count > Places ? [$"{session} has {members.Count} participants"] : Array.Empty<string>(),
            .. members.Except(known).Select(id => $"{id} is in {session}, and does not know"),
            .. known.Except(members).Select(id => $"{id} believes to be in {session}"),
        ];
    }

    private Task Create(int user) => _creates.Do(
        key => _client.Post("/participants", $$"""{"callbackUrl":"{{sink}}/bandwidth"}""", key),
        reply =>
        {
            var id = $"{reply.Body!["participant"]!["id"]}";
            _participants.Add(id, Outside);
            _mine[user].Add(id);
        });

    private async Task Join(string participant)
    {
        var session = _participants.StateOf(participant) is var now and not Outside ? now : _sessions[^1];
        await _participants.Change(
            participant, session, () => _client.Put($"/sessions/{session}/participants/{participant}"));
    }

    private async Task Leave(string participant)
    {
        var session = _participants.StateOf(participant);
        if (await _participants.Change(
            participant, Outside, () => _client.Delete($"/sessions/{session}/participants/{participant}")))
        {
            _left.AddOrUpdate(participant, 1, (_, times) => times + 1);
        }
    }
}
