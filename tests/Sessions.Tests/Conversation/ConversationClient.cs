using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Speaks to the Conversation surface as one user.</summary>
internal sealed class ConversationClient(HttpClient http)
{
    public const string Collection = "/v1/conversation/sessions";

    private readonly ApiClient _api = new(http);

    public HttpClient Http => http;

    public Task<ApiReply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<ApiReply> Post(string path, string json, params (string, string)[] headers) =>
        Send(HttpMethod.Post, path, json, headers);

    public Task<ApiReply> Patch(string path, string json, params (string, string)[] headers) =>
        Send(HttpMethod.Patch, path, json, headers);

    public Task<ApiReply> Delete(string path, params (string, string)[] headers) =>
        Send(HttpMethod.Delete, path, null, headers);

    public async Task<ApiReply> Send(
        HttpMethod method, string path, string? json = null, params (string, string)[] headers)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        var full = path switch
        {
            ['/', ..] => path,
            "" or ['?', ..] => Collection + path,
            _ => $"{Collection}/{path}",
        };
        return await _api.Send(method, full, content, headers);
    }

    /// <summary>Creates a session and gives its id.</summary>
    public async Task<string> New(string? id = null, params (string Name, JsonNode? Value)[] fields)
    {
        var reply = await Post(Collection + (id is null ? "" : $"?sessionId={id}"), Body(fields));
        return reply.Is(HttpStatusCode.OK)["sessionId"]!;
    }

    public Task<ApiReply> Publish(string session, string user, string message, string more = "") =>
        Post($"{session}/messages", $$"""{"name": "{{user}}", "message": {{message}}{{more}}}""");

    public Task<ApiReply> Join(string session, string user, string more = "") =>
        Post($"{session}/join", $$"""{"name": "{{user}}"{{more}}}""");

    public Task<ApiReply> Leave(string session, string user) => Post($"{session}/leave", $$"""{"name": "{{user}}"}""");

    /// <summary>A public session owned by alice, but for these fields; a null one is left out.</summary>
    public static string Body(params (string Name, JsonNode? Value)[] fields)
    {
        var body = new JsonObject
        {
            ["profile"] = "default",
            ["displayName"] = "Morning",
            ["sessionType"] = 1,
            ["owners"] = new JsonArray("alice", "dev-user"),
            ["defaultChannels"] = new JsonArray(1, 2),
        };
        foreach (var (name, value) in fields)
        {
            body.Remove(name);
            if (value is not null)
            {
                body[name] = value.DeepClone();
            }
        }

        return body.ToJsonString();
    }
}

/// <summary>The service, and users of it: alice may speak for everyone, the others for themselves.</summary>
internal static class ConversationApp
{
    private static readonly string[] _scopes =
    [
        "conversation:sessions:read", "conversation:sessions:write", "conversation:members:read",
        "conversation:members:write", "conversation:messages:read", "conversation:messages:write",
        "conversation:events:read", "conversation:tickets:write",
    ];

    /// <summary>Where a page is from that may call.</summary>
    public const string PageOrigin = "https://pages.example";

    /// <summary>A second process over the store and the clock of a first.</summary>
    public static Task<SessionsApp> Another(this SessionsApp app) => Start(services =>
        services.AddSingleton<TimeProvider>(app.Clock).AddSingleton<IDocumentStore>(app.Store));

    public static Task<SessionsApp> Start(Action<IServiceCollection>? configure = null) => SessionsApp.Start(builder =>
    {
        configure?.Invoke(builder.Services);
        builder.Configuration["Cors:Origins:0"] = PageOrigin;
        foreach (var (user, index) in (IEnumerable<(string, int)>)[("bob", 7), ("carol", 8), ("dave", 9)])
        {
            builder.Configuration[$"Accounts:0:Tokens:{index}:Token"] = $"{user}-token";
            builder.Configuration[$"Accounts:0:Tokens:{index}:Subject"] = user;
            foreach (var (scope, at) in _scopes.Select((scope, at) => (scope, at)))
            {
                builder.Configuration[$"Accounts:0:Tokens:{index}:Scopes:{at}"] = scope;
            }
        }
    });

    public static ConversationClient Alice(this SessionsApp app) => app.User(TestAccounts.AcmeToken);

    public static ConversationClient Bob(this SessionsApp app) => app.User("bob-token");

    public static ConversationClient Carol(this SessionsApp app) => app.User("carol-token");

    public static ConversationClient Stranger(this SessionsApp app) => app.User(TestAccounts.OtherToken);

    private static ConversationClient User(this SessionsApp app, string token) =>
        new(app.Anonymous().WithBearer(token));
}

/// <summary>The surface's errors.</summary>
internal static class ConversationReplies
{
    private static readonly Dictionary<int, HttpStatusCode> _statuses = new()
    {
        [3] = HttpStatusCode.BadRequest,
        [5] = HttpStatusCode.NotFound,
        [6] = HttpStatusCode.Conflict,
        [7] = HttpStatusCode.Forbidden,
        [9] = HttpStatusCode.BadRequest,
        [10] = HttpStatusCode.Conflict,
        [12] = HttpStatusCode.MethodNotAllowed,
        [16] = HttpStatusCode.Unauthorized,
    };

    /// <summary>Checks that the reply is this google.rpc.Status, and tells of this field.</summary>
    public static ApiReply IsError(this ApiReply reply, int code, string reason, string? field = null)
    {
        reply.Is(_statuses[code]);
        Assert.Equal(["code", "message", "status", "details"], reply.Body!.AsObject().Select(member => member.Key));
        Assert.Equal(code, (int)reply.Body["code"]!);
        Assert.NotEqual("", reply["message"]);
        var info = reply.Body["details"]!.AsArray()[0]!;
        Assert.Equal("type.googleapis.com/google.rpc.ErrorInfo", (string)info["@type"]!);
        Assert.Equal(reason, (string)info["reason"]!);
        Assert.Equal("conversation.sessions.internal", (string)info["domain"]!);
        Assert.Equal(reason == "INVALID_FIELD", reply.Violations().Count > 0);
        if (field is not null)
        {
            Assert.Equal(field, (string)info["metadata"]!["field"]!);
            Assert.Contains(reply.Violations(), violation => violation.Field == field);
        }

        return reply;
    }

    /// <summary>What is wrong with which field, and why.</summary>
    public static IReadOnlyList<(string Field, string Reason)> Violations(this ApiReply reply) =>
    [
        .. from detail in reply.Body!["details"]!.AsArray()
           where (string)detail!["@type"]! == "type.googleapis.com/google.rpc.BadRequest"
           from violation in detail["fieldViolations"]!.AsArray()
           select ((string)violation!["field"]!, (string)violation["reason"]!),
    ];
}
