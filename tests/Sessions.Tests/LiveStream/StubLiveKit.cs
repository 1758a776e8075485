using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// A LiveKit server for tests, over real HTTP: it checks each request by LiveKit's rules, keeps rooms, ingresses and
/// egresses, and can be told to misbehave.
/// </summary>
internal sealed class StubLiveKit : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Misbehaviour> _misbehaviours = new();
    private readonly ConcurrentQueue<LiveKitCall> _calls = new();
    private int _number;

    private StubLiveKit(WebApplication app) => _app = app;

    /// <summary>What happens instead of the call; it may do the deed, too.</summary>
    public delegate Task Misbehaviour(HttpContext context, Func<Task> deed);

    /// <summary>Tells whether tokens are valid.</summary>
    public FakeClock? Clock { get; set; }

    public string Url => _app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal);

    /// <summary>The calls that kept the rules, in their order.</summary>
    public IReadOnlyCollection<LiveKitCall> Calls => _calls;

    /// <summary>What broke a rule.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    public ConcurrentDictionary<string, string> Rooms { get; } = new();

    public ConcurrentDictionary<string, JsonNode> Ingresses { get; } = new();

    public ConcurrentDictionary<string, JsonNode> Egresses { get; } = new();

    public static async Task<StubLiveKit> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new StubLiveKit(app);
        app.Run(stub.Answer);
        await app.StartAsync();
        return stub;
    }

    /// <summary>How many calls of a method there were.</summary>
    public int Count(string method) => _calls.Count(call => call.Method == method);

    /// <summary>Makes calls of a method go wrong from now on.</summary>
    public void Misbehave(string method, Misbehaviour how) => _misbehaviours[method] = how;

    /// <summary>Makes every call go right again.</summary>
    public void Behave() => _misbehaviours.Clear();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var method = context.Request.Path.Value!["/twirp/livekit.".Length..];
        var (body, refusal) = await LiveKitRules.Check(context.Request, method, Clock!.Now);
        if (refusal is not null)
        {
            Broken.Enqueue($"{method}: {refusal}");
            await Reply(context, 400, new() { ["code"] = "invalid_argument", ["msg"] = refusal });
            return;
        }

        _calls.Enqueue(new(method, body!));
        Task Deed() => Do(context, method, body!);
        await (_misbehaviours.TryGetValue(method, out var how) ? how(context, Deed) : Deed());
    }

    private Task Do(HttpContext context, string method, JsonObject body) => method switch
    {
        "RoomService/CreateRoom" => Reply(context, 200, new()
        {
            ["sid"] = Rooms.GetOrAdd((string)body["name"]!, _ => Id("RM_")),
            ["name"] = (string)body["name"]!,
        }),
        "RoomService/DeleteRoom" => Gone(context, Rooms.TryRemove((string)body["room"]!, out _)),
        "RoomService/SendData" => Reply(context, 200, []),
        "Ingress/CreateIngress" => Reply(context, 200, Add(Ingresses, "ingress_id", Id("IN_"), Ingress(body))),
        "Ingress/ListIngress" => List(context, Ingresses.Values.Where(ingress =>
            Fits(ingress["room_name"], body["roomName"]) && Fits(ingress["ingress_id"], body["ingressId"]))),
        "Ingress/DeleteIngress" => Gone(context, Ingresses.TryRemove((string)body["ingressId"]!, out _)),
        "Egress/ListEgress" => List(context, Egresses.Values.Where(egress =>
            Fits(egress["room_name"], body["roomName"]))),
        _ => Reply(context, 200, Add(Egresses, "egress_id", Id("EG_"), new()
        {
            ["room_name"] = (string)body["roomName"]!, ["status"] = "EGRESS_ACTIVE",
        })),
    };

    private static JsonObject Ingress(JsonObject body) => new()
    {
        ["name"] = (string?)body["name"],
        ["room_name"] = (string)body["roomName"]!,
        ["input_type"] = (string)body["inputType"]!,
        ["url"] = (string)body["inputType"]! == "RTMP_INPUT" ? "rtmp://lk.test/x" : "https://lk.test/w",
        ["stream_key"] = $"key-{body["roomName"]}",
        ["state"] = new JsonObject { ["status"] = "ENDPOINT_PUBLISHING" },
    };

    private string Id(string prefix) => $"{prefix}{Interlocked.Increment(ref _number)}";

    private static bool Fits(JsonNode? value, JsonNode? wanted) =>
        wanted is null || (string?)value == (string?)wanted;

    private static JsonObject Add(
        ConcurrentDictionary<string, JsonNode> all, string idName, string id, JsonObject item)
    {
        item[idName] = id;
        all[id] = item;
        return item.DeepClone().AsObject();
    }

    private static Task List(HttpContext context, IEnumerable<JsonNode> items) => Reply(
        context, 200, new() { ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) });

    private static Task Gone(HttpContext context, bool was) => was
        ? Reply(context, 200, [])
        : Reply(context, 404, new() { ["code"] = "not_found", ["msg"] = "object cannot be found" });

    /// <summary>Refuses a call as LiveKit does.</summary>
    public static Task Fail(HttpContext context, int status, string code) =>
        Reply(context, status, new() { ["code"] = code, ["msg"] = "no" });

    public static Task Reply(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}

/// <summary>A call that LiveKit got.</summary>
internal sealed record LiveKitCall(string Method, JsonObject Body);
