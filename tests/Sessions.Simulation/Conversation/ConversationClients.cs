using System.Text;
using System.Text.Json.Nodes;

namespace Sessions.Simulation.Conversation;

/// <summary>
/// A backend of several processes that acts for the users of a few conversations. All that changes something has a key,
/// and is asked again until it is known.
/// </summary>
internal sealed class ConversationClients(World world) : IStory
{
    private const string Root = "/v1/conversation/sessions";
    private static readonly string[] _ids = ["lobby", "morning", "other:lobby"];
    private static readonly string[] _users = ["alice", "bob", "carol"];

    private readonly Random _random = world.Scheduler.Random;
    private readonly Dictionary<string, string> _etags = [];
    private ConversationReaders? _readers;
    private int _texts;

    /// <summary>The settings that they need.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(IReadOnlyList<string> secrets) =>
        AccountSettings.WithTokens(
            secrets.SelectMany(secret => TokensOf(null, secret)),
            secrets.SelectMany(secret => TokensOf("other:", secret)));

    /// <summary>How a user signs in, to the account of a session.</summary>
    public static string Token(string? session, string user, string secret) =>
        $"Bearer {(IsOthers(session) ? AccountSettings.Other : AccountSettings.Id)}-{user}-{secret}";

    /// <summary>All that was done.</summary>
    public List<Operation<ConversationCall>> History { get; } = [];

    /// <inheritdoc/>
    public bool IsComplete => true;

    /// <inheritdoc/>
    public IEnumerable<string> Lines =>
        History.Select(one => one.ToString()).Concat(_readers?.Readers.Runs.Select(run => run.ToString()) ?? []);

    /// <inheritdoc/>
    public Task Prepare(Process process)
    {
        _readers = new(world);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DoNext(Process process, SimulatedClock clock) => Do(process, clock, Next());

    /// <inheritdoc/>
    public async Task LookAtAll(Process process, SimulatedClock clock)
    {
        await Task.Delay(TimeSpan.FromSeconds(6), clock);
        foreach (var id in _ids)
        {
            await Do(process, clock, new ConversationCall.Get(id));
            await Do(process, clock, new ConversationCall.Members(id));
            await Do(process, clock, new ConversationCall.Read(id));
        }

        await _readers!.ReadUntilOver(
            process, clock, () => Do(process, clock, new ConversationCall.Delete(_ids[0])));
    }

    /// <inheritdoc/>
    public string? Explain(TimeSpan skew)
    {
        var model = new ConversationModel(History.SeenLate(world.Lag));
        return Linearizability.Explain(model, model.WithRepeats(), state => state.ToString())
            ?? new ConversationStreams(_readers!, History).Explain();
    }

    private ConversationCall Next()
    {
        var (id, user) = (Any(_ids), Any(_users));
        return _random.Next(20) switch
        {
            0 or 1 or 2 => new ConversationCall.Create(id, $"title {_texts++}"),
            3 or 4 => new ConversationCall.Get(id),
            5 or 6 => new ConversationCall.Rename(
                id, $"title {_texts++}", _random.Next(2) == 0 ? _etags.GetValueOrDefault(id) : null),
            7 => new ConversationCall.Delete(id),
            8 or 9 => new ConversationCall.Join(id, user),
            10 => new ConversationCall.Leave(id, user),
            11 => new ConversationCall.Members(id),
            12 or 13 => new ConversationCall.Read(id),
            _ => new ConversationCall.Publish(id, user, $"text {_texts++}"),
        };
    }

    private async Task Do(Process process, SimulatedClock clock, ConversationCall call)
    {
        var done = await Asking.Ask(world, process, clock, call, Of(call), repeats: true);
        History.Add(done);
        if (done is { Answer.Status: 200, Call: ConversationCall.Get or ConversationCall.Rename })
        {
            _etags[call.Session] = done.Answer.Text("etag");
        }
    }

    private Asked Of(ConversationCall call)
    {
        var id = call.Session.Split(':')[^1];
        var path = $"{Root}/{id}";
        var request = Of(call, id, path);
        return request with { Authorization = secret => Token(call.Session, "backend", secret) };
    }

    private Asked Of(ConversationCall call, string id, string path)
    {
        return call switch
        {
            ConversationCall.Create create => Request("POST", $"{Root}?sessionId={id}", new()
            {
                ["profile"] = "default",
                ["displayName"] = create.Title,
                ["sessionType"] = "PUBLIC",
                ["owners"] = new JsonArray("backend"),
                ["defaultChannels"] = new JsonArray(1),
            }),
            ConversationCall.Rename rename => Request("PATCH", $"{path}?updateMask=displayName", new()
            {
                ["displayName"] = rename.Title,
                ["etag"] = rename.Etag,
            }),
            ConversationCall.Delete => Request("DELETE", path),
            ConversationCall.Join join => Request("POST", $"{path}/join", new() { ["name"] = join.User }),
            ConversationCall.Leave leave => Request("POST", $"{path}/leave", new() { ["name"] = leave.User }),
            ConversationCall.Publish publish => Request("POST", $"{path}/messages", new()
            {
                ["name"] = publish.User,
                ["message"] = new JsonObject { ["text"] = publish.Text },
            }),
            ConversationCall.Read => Request("GET", $"{path}/messages?pageSize=1000"),
            ConversationCall.Members => Request("GET", $"{path}/members?pageSize=1000"),
            _ => Request("GET", path),
        };
    }

    private Asked Request(string method, string path, JsonObject? body = null)
    {
        var request = new Asked(method, path)
        {
            Headers = { ["Content-Type"] = "application/json" },
            Body = body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString()),
        };
        if (method is not "GET")
        {
            request.Headers["Idempotency-Key"] = $"key-{_texts++}";
        }

        return request;
    }

    private static IEnumerable<AccountToken> TokensOf(string? session, string secret) =>
        ((string[])["backend", "alice"]).Select(user => new AccountToken(
            Token(session, user, secret)["Bearer ".Length..], user));

    private static bool IsOthers(string? session) => session?.Contains(':', StringComparison.Ordinal) is true;

    private string Any(string[] all) => all[_random.Next(all.Length)];
}
