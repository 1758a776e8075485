using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class ConversationSample : ISurfaceSample
{
    private const string Collection = "/v1/conversation/sessions";

    public string Surface => "Conversation";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["session"] = "absent",
        ["user"] = "nobody",
    };

    public IReadOnlyList<string> CallersOwn => ["user"];

    public string Authorization(Tenant tenant) =>
        $"Bearer {(tenant is Tenant.Acme ? TestAccounts.AcmeToken : TestAccounts.OtherToken)}";

    public SampleRequest RequestOf(string function) => function switch
    {
        "Conversation_CreateSession" => new()
        {
            Query = new Dictionary<string, string> { ["sessionId"] = SampleClient.NewName(), ["requestId"] = "" },
            Body = NewSession("<user>"),
        },
        "Conversation_UpdateSession" => new()
        {
            Query = new Dictionary<string, string> { ["updateMask"] = "displayName", ["allowMissing"] = "" },
            Body = NewSession("<user>", "Evening"),
        },
        "Conversation_ListSessions" => new()
        {
            Query = new Dictionary<string, string>
            {
                ["pageSize"] = "10", ["pageToken"] = "", ["filter"] = "", ["orderBy"] = "",
            },
        },
        "Conversation_MarkRead" => new() { Body = """{"name":"<user>","session":"<session>","sequence":1}""" },
        "Conversation_SendSignal" => new()
        {
            Body = """{"name":"<user>","session":"<session>","signal":{"typing":true}}""",
        },
        "Conversation_JoinSession" or "Conversation_LeaveSession" or "Conversation_Heartbeat" => new()
        {
            Body = """{"name":"<user>","session":"<session>"}""",
        },
        "Conversation_ListMessages" => new()
        {
            Query = new Dictionary<string, string>
            {
                ["pageSize"] = "10", ["pageToken"] = "", ["filter"] = "", ["orderBy"] = "sequence desc",
            },
        },
        "Conversation_PublishMessage" => new()
        {
            Body = """{"name":"<user>","session":"<session>","message":{"text":"hello"},"channel":1}""",
        },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var user = client.Tenant is Tenant.Acme ? "alice" : "oscar";
        var id = SampleClient.NewName();
        await client.Send("POST", $"{Collection}?sessionId={id}", NewSession(user));
        foreach (var member in client.Tenant is Tenant.Acme ? (string[])[user, "dev-user"] : [user])
        {
            await client.Send("POST", $"{Collection}/{id}/join", $$"""{"name":"{{member}}"}""");
        }

        return new() { ["session"] = id, ["user"] = user };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["code", "message", "status", "details"])
        && (int)error["code"]! is >= 1 and <= 16
        && (string?)error["message"] is { Length: > 0 }
        && (string?)error["status"] is { Length: > 0 }
        && error["details"] is JsonArray
            ? null
            : "it must have code, message, status and details";

    private static string NewSession(string owner, string name = "Morning") => $$$"""
        {"profile":"default","displayName":"{{{name}}}","sessionType":1,"owners":["{{{owner}}}"],
        "defaultChannels":[1,2],"description":"d","allowedUsers":[],"options":{"ttl":"600s"}}
        """;
}
