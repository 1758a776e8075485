using System.Collections.Concurrent;
using System.Net;
using Sessions.Http.Bodies;
using Sessions.Storage;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Crash;

/// <summary>
/// Sessions whose participants compete for few pairs of proxy number and identifier, and messages in them.
/// </summary>
internal sealed class ProxyTraffic(string sink) : ITraffic
{
    private const int Identifiers = 12;
    private const int Numbers = 4;
    private const int Recent = 10;

    private readonly Creates _creates = new();
    private readonly Ledger _sessions = new();
    private readonly Ledger _messages = new();
    private readonly Ledger _numbers = new();
    private readonly List<string>[] _mine = [.. Enumerable.Range(0, ITraffic.Users).Select(_ => new List<string>())];
    private readonly ConcurrentDictionary<string, string> _participants = new();
    private readonly ConcurrentDictionary<string, bool> _toTell = new();
    private ProxyClient _client = null!;
    private string? _service;
    private int _names;

    public int Acknowledged => _sessions.Writes + _messages.Writes + _numbers.Writes;

    public void GoTo(ServiceProcess service) =>
        _client = new(service.NewClient().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret));

    public async Task Prepare()
    {
        if (_service is null)
        {
            _service = await _client.NewService("crash", ("CallbackUrl", $"{sink}/proxy"));
            for (var number = 0; number < Numbers; number++)
            {
                await _client.NewNumber(_service, $"+1415555900{number}");
            }
        }
    }

    public Task Step(int user, Random random)
    {
        var mine = _mine[user];
        var session = mine.Count == 0 ? null : mine[^random.Next(1, Math.Min(Recent, mine.Count) + 1)];
        return random.Next(8) switch
        {
            0 => AddNumber(),
            1 or 2 when session is not null => Set(session, "closed"),
            3 when session is not null => Set(session, "in-progress"),
            4 or 5 when session is not null => Write(session),
            _ => Create(user, $"+1415555{random.Next(Identifiers):D4}", $"+1415556{random.Next(Identifiers):D4}"),
        };
    }

    public async Task<IReadOnlyList<string>> Faults(bool ever) =>
    [
        .. await _sessions.Faults(ever, async path =>
            $"{await Read(path, "status")} with {(await _client.List($"{path}/Participants", "participants")).Count}"),
        .. await _messages.Faults(ever, path => Read(path, "data")),
        .. await _numbers.Faults(ever, path => Read(path, "phone_number")),
        .. FaultsOf(await Listed()),
    ];

    public Task Repeat() => _creates.Repeat();

    public Task CheckStore(IDocumentStore store) => ClaimInvariant.Holds(store, _service!);

    public void Hear(Received told)
    {
        if (told.Path == "/proxy")
        {
            var form = Form.Parse(System.Text.Encoding.UTF8.GetBytes(told.Body));
            _toTell[form.One("interactionSid")!] = false;
        }
    }

    public IEnumerable<string> Untold() =>
        _toTell.Where(told => told.Value).Select(told => $"the callback of {told.Key} has not come");

    private IEnumerable<string> FaultsOf(IReadOnlyList<string> listed) =>
    [
        .. _sessions.All.Select(session => session.Thing).Except(listed).Select(path => $"{path} is not in the list"),
        .. listed.CountBy(path => path).Where(path => path.Value > 1).Select(path => $"{path.Key} is listed twice"),
    ];

    private async Task Set(string session, string status) =>
        await _sessions.Change(session, $"{status} with 2", () => _client.Post(session, ("Status", status)));

    private async Task Write(string session)
    {
        var messages = $"{await FirstParticipant(session)}/MessageInteractions";
        var body = $"message {Interlocked.Increment(ref _names)}";
        await _creates.Do(
            async key =>
            {
                ApiReply? reply = null;
                await _sessions.Change(session, "in-progress with 2", async () =>
                    reply = await _client.PostWith([key], messages, ("Body", body)));
                return reply!;
            },
            reply =>
            {
                _messages.Add($"{messages}/{reply["sid"]}", reply["data"]!);
                _toTell.TryAdd(reply["sid"]!, true);
            });
    }

    private Task Create(int user, string one, string other)
    {
        var name = $"session-{Interlocked.Increment(ref _names)}";
        return _creates.Do(
            key => _client.PostWith(
                [key],
                $"{_service}/Sessions",
                ("UniqueName", name),
                ("Participants", $$"""{"Identifier":"{{one}}"}"""),
                ("Participants", $$"""{"Identifier":"{{other}}"}""")),
            reply =>
            {
                var path = $"{_service}/Sessions/{reply["sid"]}";
                _sessions.Add(path, "open with 2");
                _mine[user].Add(path);
            });
    }

    private Task AddNumber()
    {
        var number = $"+1415557{Interlocked.Increment(ref _names) % 10_000:D4}";
        return _creates.Do(
            key => _client.PostWith([key], $"{_service}/PhoneNumbers", ("PhoneNumber", number), ("IsReserved", "true")),
            reply => _numbers.Add($"{_service}/PhoneNumbers/{reply["sid"]}", number));
    }

    private async Task<string> FirstParticipant(string session)
    {
        if (!_participants.TryGetValue(session, out var known))
        {
            var listed = await _client.List($"{session}/Participants", "participants");
            known = _participants[session] = $"{session}/Participants/{listed[0]!["sid"]}";
        }

        return known;
    }

    private async Task<string> Read(string path, string member) => await _client.Get(path) is
        { Status: HttpStatusCode.OK } found
        ? found[member]!
        : "gone";

    private async Task<IReadOnlyList<string>> Listed()
    {
        List<string> sids = [];
        for (var next = $"{_service}/Sessions?PageSize=1000"; next is not null;)
        {
            var page = (await _client.Get(next)).Is(HttpStatusCode.OK).Body!;
            sids.AddRange(page["sessions"]!.AsArray().Select(session => $"{_service}/Sessions/{session!["sid"]}"));
            next = page["meta"]!["next_page_url"]?.ToString();
        }

        return sids;
    }
}
