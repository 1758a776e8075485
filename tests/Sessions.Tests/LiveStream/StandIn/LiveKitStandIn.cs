using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// A LiveKit server for tests, over real HTTP: it checks each request by LiveKit's rules, does what LiveKit does, tells
/// of it by webhooks, and can be told to misbehave.
/// </summary>
internal sealed class LiveKitStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Misbehaviour> _misbehaviours = new();
    private readonly ConcurrentQueue<LiveKitCall> _calls = new();

    private LiveKitStandIn(WebApplication app) => _app = app;

    /// <summary>What happens instead of the call; it may do the deed, too.</summary>
    public delegate Task Misbehaviour(HttpContext context, Func<Task> deed);

    /// <summary>What it keeps.</summary>
    public LiveKitWorld World { get; } = new();

    public LiveKitPost Post => World.Post;

    public Dictionary<string, StandInRoom> Rooms => World.Rooms;

    public Dictionary<string, StandInIngress> Ingresses => World.Ingresses;

    public Dictionary<string, StandInEgress> Egresses => World.Egresses;

    public string Url => _app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal);

    /// <summary>The calls that kept the rules, in their order.</summary>
    public IReadOnlyCollection<LiveKitCall> Calls => _calls;

    /// <summary>The calls that change something.</summary>
    public IEnumerable<LiveKitCall> Deeds => _calls.Where(call => !call.IsLook);

    /// <summary>How many calls only looked.</summary>
    public int Looks => _calls.Count(call => call.IsLook);

    /// <summary>What broke a rule.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    /// <summary>Whether nothing answers at all: the calls wait until who made them gives up.</summary>
    public bool Hangs { get; set; }

    /// <summary>How many calls hung.</summary>
    public int Hung { get; private set; }

    public static async Task<LiveKitStandIn> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var standIn = new LiveKitStandIn(app);
        app.Run(standIn.Answer);
        await app.StartAsync();
        return standIn;
    }

    /// <summary>Goes by this clock.</summary>
    public void GoBy(FakeClock clock) => World.Clock = Post.Clock = clock;

    /// <summary>How many calls of a method there were.</summary>
    public int Count(string method) => _calls.Count(call => call.Method == method);

    /// <summary>Makes calls of a method go wrong from now on.</summary>
    public void Misbehave(string method, Misbehaviour how) => _misbehaviours[method] = how;

    /// <summary>Makes every call fail.</summary>
    public void BeDown()
    {
        foreach (var method in LiveKitRules.Methods)
        {
            Misbehave(method, (context, _) => Fail(context, 503, "unavailable"));
        }
    }

    /// <summary>Makes every call go right again.</summary>
    public void Behave() => _misbehaviours.Clear();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Refuses a call as LiveKit does.</summary>
    public static Task Fail(HttpContext context, int status, string code) =>
        Reply(context, status, new() { ["code"] = code, ["msg"] = "no" });

    private static Task Reply(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private async Task Answer(HttpContext context)
    {
        var method = context.Request.Path.Value!["/twirp/livekit.".Length..];
        var (body, refusal) = await LiveKitRules.Check(context.Request, method, World.Clock.Now);
        if (refusal is not null)
        {
            Broken.Enqueue($"{method}: {refusal}");
            await Fail(context, 400, "invalid_argument");
            return;
        }

        if (Hangs)
        {
            Hung++;
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var call = new LiveKitCall(method, body!);
        _calls.Enqueue(call);
        async Task Deed()
        {
            var (status, reply) = World.Do(world => Do(world, method, body!));
            call.Reply = status == 200 ? reply.DeepClone().AsObject() : null;
            await Reply(context, status, reply);
        }

        await (_misbehaviours.TryGetValue(method, out var how) ? how(context, Deed) : Deed());
    }

    private static (int Status, JsonObject Reply) Do(LiveKitWorld world, string method, JsonObject body) =>
        method switch
        {
            "RoomService/CreateRoom" => Ok(LiveKitWire.Room(world.Open(
                Text(body, "name"), (int?)body["emptyTimeout"] ?? 0, (int?)body["departureTimeout"] ?? 0))),
            "RoomService/ListRooms" => Ok(List("rooms", world.Rooms.Values
                .Where(room => body["names"] is not JsonArray names || names.Any(name => (string?)name == room.Name))
                .Select(LiveKitWire.Room))),
            "RoomService/DeleteRoom" => world.Close(Text(body, "room")) ? Ok([]) : NotFound("requested room"),
            "RoomService/ListParticipants" => Ok(List("participants", Inside(world, body)
                .Select(LiveKitWire.Participant))),
            "RoomService/UpdateParticipant" => Update(world, body),
            "RoomService/SendData" => world.Rooms.ContainsKey(Text(body, "room")) ? Ok([]) : No("unavailable", 503),
            "Ingress/CreateIngress" => Ok(LiveKitWire.Ingress(world.AddIngress(
                Text(body, "roomName"), Text(body, "inputType") == "RTMP_INPUT", Text(body, "participantIdentity"),
                Text(body, "participantName"), (bool?)body["enabled"] ?? true))),
            "Ingress/ListIngress" => Ok(Page(world, body, world.Ingresses.Values
                .Where(ingress => Fits(body, "roomName", ingress.Room))
                .Select(LiveKitWire.Ingress))),
            "Ingress/UpdateIngress" => Update(world, Text(body, "ingressId"), (bool)body["enabled"]!),
            "Ingress/DeleteIngress" => Delete(world, Text(body, "ingressId")),
            "Egress/ListEgress" => ListEgress(world, body),
            "Egress/StopEgress" => Stop(world, Text(body, "egressId")),
            _ => Start(world, body),
        };

    private static List<StandInParticipant> Inside(LiveKitWorld world, JsonObject body) =>
        world.Rooms.TryGetValue(Text(body, "room"), out var room) ? [.. room.Inside.Values] : [];

    private static (int, JsonObject) Update(LiveKitWorld world, JsonObject body)
    {
        if (Inside(world, body).FirstOrDefault(who => who.Identity == Text(body, "identity")) is not { } who)
        {
            return NotFound("participant");
        }

        who.Metadata = Text(body, "metadata") is { Length: > 0 } metadata ? metadata : who.Metadata;
        if (body["permission"] is JsonObject permission)
        {
            who.Permission = LiveKitRules.Permission(permission);
        }

        return Ok(LiveKitWire.Participant(who));
    }

    private static (int, JsonObject) Update(LiveKitWorld world, string ingressId, bool enabled)
    {
        if (!world.Ingresses.TryGetValue(ingressId, out var ingress))
        {
            return NotFound("ingress");
        }

        ingress.Enabled = enabled;
        return Ok(LiveKitWire.Ingress(ingress));
    }

    private static (int, JsonObject) Delete(LiveKitWorld world, string ingressId)
    {
        if (!world.Ingresses.TryGetValue(ingressId, out var ingress))
        {
            return NotFound("ingress");
        }

        if (ingress.Status == "ENDPOINT_PUBLISHING")
        {
            world.Unpublish(ingressId);
        }

        world.Ingresses.Remove(ingressId);
        return Ok(LiveKitWire.Ingress(ingress));
    }

    private static (int, JsonObject) ListEgress(LiveKitWorld world, JsonObject body)
    {
        if ((string?)body["egressId"] is { } id)
        {
            return world.Egresses.TryGetValue(id, out var one)
                ? Ok(List("items", [LiveKitWire.Egress(one)]))
                : NotFound("egress");
        }

        return Ok(Page(world, body, world.Egresses.Values
            .Where(egress => Fits(body, "roomName", egress.Room) && !(egress.IsOver && (bool?)body["active"] is true))
            .Select(LiveKitWire.Egress)));
    }

    private static (int, JsonObject) Start(LiveKitWorld world, JsonObject body) =>
        world.Rooms.TryGetValue(Text(body, "roomName"), out var room)
            ? Ok(LiveKitWire.Egress(world.AddEgress(room, body)))
            : NotFound("requested room");

    private static (int, JsonObject) Stop(LiveKitWorld world, string id)
    {
        if (!world.Egresses.TryGetValue(id, out var egress))
        {
            return NotFound("egress");
        }

        if (egress.IsOver)
        {
            return No("failed_precondition", 412);
        }

        world.EndEgress(egress, "EGRESS_COMPLETE");
        return Ok(LiveKitWire.Egress(egress));
    }

    private static string Text(JsonObject body, string field) => (string?)body[field] ?? "";

    private static bool Fits(JsonObject body, string field, string value) =>
        body[field] is not { } wanted || (string?)wanted == value;

    private static JsonObject List(string name, IEnumerable<JsonObject> items) =>
        new() { [name] = new JsonArray([.. items]) };

    // As LiveKit Cloud may: a server of one's own answers all at once.
    private static JsonObject Page(LiveKitWorld world, JsonObject body, IEnumerable<JsonObject> items)
    {
        var from = int.Parse((string?)body["pageToken"]?["token"] ?? "0", CultureInfo.InvariantCulture);
        var all = items.Skip(from).ToList();
        var page = List("items", all.Take(world.PageSize));
        page["next_page_token"] = all.Count > world.PageSize
            ? new JsonObject { ["token"] = (from + world.PageSize).ToString(CultureInfo.InvariantCulture) }
            : null;
        return page;
    }

    private static (int, JsonObject) Ok(JsonObject reply) => (200, reply);

    private static (int, JsonObject) NotFound(string what) =>
        (404, new() { ["code"] = "not_found", ["msg"] = $"{what} does not exist" });

    private static (int, JsonObject) No(string code, int status) =>
        (status, new() { ["code"] = code, ["msg"] = "no" });
}

/// <summary>A call that LiveKit got.</summary>
internal sealed record LiveKitCall(string Method, JsonObject Body)
{
    /// <summary>What it answered; null when it refused, or has not done it.</summary>
    public JsonObject? Reply { get; set; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsLook => Method.Contains("/List", StringComparison.Ordinal);
}
