using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class LiveStreamSample : ISurfaceSample
{
    private static readonly string[] _texts = ["error", "message", "code"];

    private static readonly string[] _public =
        ["ListRooms", "FetchRoom", "ListSessions", "ListLiveSessions", "FetchSession"];

    public string Surface => "LiveStream";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent { get; } = new[]
    {
        "roomId", "spareRoomId", "sessionId", "scheduledId", "presetId", "sparePresetId",
    }.ToDictionary(name => name, _ => "00000000-0000-4000-8000-000000000000");

    public string Authorization(Tenant tenant) =>
        $"Bearer {(tenant is Tenant.Acme ? TestAccounts.AcmeToken : TestAccounts.OtherToken)}";

    // What is not in use can be deleted, and what has not begun can be put off.
    public string IdOf(string function, string parameter) => Operation(function) switch
    {
        "DeletePreset" => "sparePresetId",
        "FetchPreset" or "UpdatePreset" => "presetId",
        "DeleteRoom" => "spareRoomId",
        "FetchRoom" or "UpdateRoom" or "CreateSession" or "ListRoomSessions" => "roomId",
        "DeleteSession" or "RescheduleSession" => "scheduledId",
        _ => "sessionId",
    };

    public SampleRequest RequestOf(string function) => Operation(function) switch
    {
        "CreateRoom" or "UpdateRoom" => new()
        {
            Body = """
                {"title":"A room","description":"d",
                "analytics":{"google_tag_manager":{"container_id":"GTM-1","enabled":true}}}
                """,
        },
        "CreatePreset" or "UpdatePreset" => new()
        {
            Body = """
                {"name":"P","type":"whip","primary_color":"#1a2B3c","max_join_limit":3,"stage_enabled":true,
                "logo":"https://example.com/l.png","chat_enabled":false}
                """,
        },
        "CreateSession" => new()
        {
            Body = """
                {"title":"Show","preset_id":"<presetId>","description":"d","mode":"webcam",
                "scheduled_start_time":"2040-03-15T00:00:00Z"}
                """,
        },
        "RescheduleSession" => new() { Body = """{"scheduled_start_time":"2040-03-16T00:00:00Z"}""" },
        "UpdateSessionSettings" => new()
        {
            Body = """{"chat_enabled":true,"stage_enabled":false,"max_join_limit":3}""",
        },
        "HostVideoState" or "HostAudioState" => new() { Body = """{"enabled":true}""" },
        var list when list.StartsWith("List", StringComparison.Ordinal) => new()
        {
            Query = new Dictionary<string, string> { ["page"] = "1", ["limit"] = "10" },
        },
        _ => new(),
    };

    public bool IsPublic(string function) => _public.Contains(Operation(function));

    // LiveKit signs what it sends.
    public bool IsServed(string function) => Operation(function) is not "LiveKitWebhook";

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var room = await New(client, "/rooms", """{"title":"A room"}""", "room");
        var preset = await New(client, "/presets", NewPreset);
        var show = $$"""{"title":"Show","preset_id":"{{preset}}"}""";
        var session = await New(client, $"/rooms/{room}/sessions", show, "session");
        await client.Send("POST", $"/sessions/{session}/start");
        return new()
        {
            ["roomId"] = room,
            ["spareRoomId"] = await New(client, "/rooms", """{"title":"Another room"}""", "room"),
            ["sessionId"] = session,
            ["scheduledId"] = await New(client, $"/rooms/{room}/sessions", show, "session"),
            ["presetId"] = preset,
            ["sparePresetId"] = await New(client, "/presets", NewPreset),
        };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error["success"]?.GetValueKind() is System.Text.Json.JsonValueKind.False
        && _texts.All(name => (string?)error[name] is { Length: > 0 })
        && (long?)error["timestamp"] > 0
            ? null
            : "it must have success, error, message, code and timestamp";

    private const string NewPreset = """{"name":"P","type":"whip","primary_color":"#1a2B3c"}""";

    private static string Operation(string function) =>
        function["LiveStream_".Length..].Replace("Webinar", "", StringComparison.Ordinal);

    private static async Task<string> New(SampleClient client, string path, string body, string? member = null)
    {
        var data = (await client.Send("POST", path, body)).Body!["data"]!;
        return (member is null ? data : data[member]!)["id"]!.ToString();
    }
}
