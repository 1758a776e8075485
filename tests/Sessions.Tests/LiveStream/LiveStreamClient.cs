using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>Speaks to the live-stream surface as its clients do: JSON both ways.</summary>
internal sealed class LiveStreamClient(HttpClient http)
{
    private readonly ApiClient _api = new(http);

    public Task<ApiReply> Get(string path, params (string Name, string Value)[] headers) =>
        _api.Send(HttpMethod.Get, path, null, headers);

    public Task<ApiReply> Delete(string path, params (string Name, string Value)[] headers) =>
        _api.Send(HttpMethod.Delete, path, null, headers);

    public Task<ApiReply> Post(string path, string? json = null, params (string Name, string Value)[] headers) =>
        _api.Send(HttpMethod.Post, path, Json(json), headers);

    public Task<ApiReply> Patch(string path, string json, params (string Name, string Value)[] headers) =>
        _api.Send(HttpMethod.Patch, path, Json(json), headers);

    /// <summary>Creates a room and gives its path.</summary>
    public async Task<string> NewRoom(string title = "A room")
    {
        var reply = (await Post("/rooms", $$"""{"title": "{{title}}"}""")).Is(HttpStatusCode.Created);
        return $"/rooms/{reply.Data["room"]!["id"]}";
    }

    /// <summary>Creates a preset and gives its id.</summary>
    public async Task<string> NewPreset(string more = "")
    {
        var reply = await Post("/presets", $$"""{"name": "P", "type": "whip", "primary_color": "#1a2B3c"{{more}}}""");
        return reply.Is(HttpStatusCode.Created).Data["id"]!.ToString();
    }

    /// <summary>Creates a session, with what it needs, and gives its path.</summary>
    public async Task<string> NewSession(string? room = null, string more = "", string presetMore = "")
    {
        room ??= await NewRoom();
        var preset = await NewPreset(presetMore);
        var reply = await Post($"{room}/sessions", $$"""{"title": "Show", "preset_id": "{{preset}}"{{more}}}""");
        return $"/sessions/{reply.Is(HttpStatusCode.Created).Data["session"]!["id"]}";
    }

    /// <summary>Creates a session, takes it live, and gives its path.</summary>
    public async Task<string> NewLiveSession(string? room = null, string more = "", string presetMore = "")
    {
        var session = await NewSession(room, more, presetMore);
        (await Post($"{session}/start")).Is(HttpStatusCode.OK);
        return session;
    }

    private static StringContent? Json(string? json) =>
        json is null ? null : new(json, Encoding.UTF8, "application/json");
}

/// <summary>The envelope and the errors.</summary>
internal static class LiveStreamReplies
{
    extension(ApiReply reply)
    {
        /// <summary>What is in the envelope of a success.</summary>
        public JsonNode Data => reply.Body!["data"]!;
    }

    /// <summary>Checks that the reply is this error, with the fields of both documented shapes.</summary>
    public static ApiReply IsError(this ApiReply reply, HttpStatusCode status, string code)
    {
        reply.Is(status);
        Assert.False((bool)reply.Body!["success"]!);
        Assert.Equal(code, reply["code"]);
        Assert.NotEqual("", reply["error"]);
        Assert.NotEqual("", reply["message"]);
        Assert.InRange((long)reply.Body["timestamp"]!, 1_700_000_000, 2_000_000_000);
        return reply;
    }

    /// <summary>Checks that the reply names exactly these fields as wrong.</summary>
    public static void IsInvalid(this ApiReply reply, params string[] fields)
    {
        reply.IsError(HttpStatusCode.UnprocessableEntity, "invalid_request");
        Assert.Equal("Invalid Request", reply["message"]);
        Assert.Equal(fields, reply.Body!["errors"]!.AsArray().Select(error => error!["field"]!.ToString()));
        Assert.All(reply.Body["errors"]!.AsArray(), error =>
            Assert.StartsWith("validation_", error!["code"]!.ToString(), StringComparison.Ordinal));
    }
}
