using System.Collections.Concurrent;
using System.Net;
using Sessions.Tests.LiveStream;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>Sessions that compete for going live in few rooms, and viewers for the places in them.</summary>
internal sealed class LiveStreamTraffic : ITraffic
{
    /// <summary>How many viewers want to come in.</summary>
    public const int Viewers = 8;

    private const int Places = 3;
    private const int Rooms = 3;
    private const int SessionsOfEach = 6;

    private readonly Creates _creates = new();
    private readonly Ledger _sessions = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, bool>> _seats = new();
    private readonly List<string>[] _mine = [.. Enumerable.Range(0, ITraffic.Users).Select(_ => new List<string>())];
    private readonly List<string> _rooms = [];
    private LiveStreamClient _host = null!;
    private LiveStreamClient[] _viewers = [];
    private string? _preset;

    public int Acknowledged => _sessions.Writes + _seats.Values.Sum(seats => seats.Count);

    public static string TokenOf(int viewer) => $"crash-viewer-{viewer}";

    public void GoTo(ServiceProcess service)
    {
        _host = new(service.NewClient().WithBearer(TestAccounts.AcmeToken));
        _viewers = [.. Enumerable.Range(0, Viewers).Select(
            viewer => new LiveStreamClient(service.NewClient().WithBearer(TokenOf(viewer))))];
    }

    // A start that was killed keeps its room for most of a minute, so each round has new rooms, too.
    public async Task Prepare()
    {
        _preset ??= await _host.NewPreset($$""","max_join_limit":{{Places}}""");
        for (var room = 0; room < Rooms; room++)
        {
            _rooms.Add(await _host.NewRoom());
        }

        Array.ForEach(_mine, sessions => sessions.RemoveAll(session => _sessions.StateOf(session) is not "live"));
    }

    public Task Step(int user, Random random)
    {
        var mine = _mine[user];
        if (mine.Count < SessionsOfEach)
        {
            return Create(user, _rooms[^random.Next(1, Math.Min(2 * Rooms, _rooms.Count) + 1)]);
        }

        var session = mine[random.Next(mine.Count)];
        return (_sessions.StateOf(session), random.Next(4)) switch
        {
            ("scheduled", _) => Set(session, "live", "start"),
            ("live", 0) => Set(session, "ended", "end"),
            ("live", _) => Join(session, random.Next(Viewers)),
            _ => Task.FromResult(mine.Remove(session)),
        };
    }

    public Task Repeat() => _creates.Repeat();

    public async Task<IReadOnlyList<string>> Faults(bool ever)
    {
        var faults = await _sessions.Faults(ever, async session =>
            await _host.Get(session) is { Status: HttpStatusCode.OK } found ? $"{found.Data["status"]}" : "gone");
        var rooms = ever ? _rooms : _rooms.TakeLast(2 * Rooms);
        return
        [
            .. faults,
            .. _seats.Where(seats => seats.Value.Count > Places).Select(seats =>
                $"{seats.Key}: {seats.Value.Count} viewers were let in"),
            .. (await Task.WhenAll(rooms.Select(FaultsOf))).SelectMany(each => each),
        ];
    }

    // A room that is live with a session says so; one that is not may be kept for a start that was killed.
    private async Task<IEnumerable<string>> FaultsOf(string room)
    {
        var list = (await _host.Get($"{room}/sessions?limit=100")).Is(HttpStatusCode.OK).Data["sessions"]!.AsArray();
        var active = (await _host.Get(room)).Is(HttpStatusCode.OK).Data["active_session_id"]?.ToString();
        var live = list.Where(session => $"{session!["status"]}" == "live").Select(session => $"{session!["id"]}");
        var kept = list.Any(session => $"{session!["status"]}" == "scheduled" && $"{session["id"]}" == active);
        return live.ToList() switch
        {
            [] when active is null || kept => [],
            [var one] when one == active => [],
            var found => [$"{room} points to {active ?? "nothing"}, and live in it are: {string.Join(' ', found)}"],
        };
    }

    private async Task Set(string session, string state, string verb) =>
        await _sessions.Change(session, state, () => _host.Post($"{session}/{verb}"));

    private async Task Join(string session, int viewer)
    {
        if (Ledger.IsDone(await _viewers[viewer].Post($"{session}/join")))
        {
            _seats.GetOrAdd(session, _ => new()).TryAdd(viewer, true);
        }
    }

    private Task Create(int user, string room) => _creates.Do(
        key => _host.Post($"{room}/sessions", $$"""{"title": "Show", "preset_id": "{{_preset}}"}""", key),
        reply =>
        {
            var session = $"/sessions/{reply.Data["session"]!["id"]}";
            _sessions.Add(session, "scheduled");
            _mine[user].Add(session);
        });
}
