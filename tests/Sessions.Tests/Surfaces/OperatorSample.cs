using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class OperatorSample : ISurfaceSample
{
    private readonly TwilioProxySample _proxy = new();

    public string Surface => "Operator";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["id"] = "twilio-proxy:KS00000000000000000000000000000000~KC00000000000000000000000000000000",
        ["event"] = "twilio-proxy:KS00000000000000000000000000000000~event:0000000000000000001:0000:KI0-queued",
    };

    public string Authorization(Tenant tenant) =>
        $"Bearer {(tenant is Tenant.Acme ? TestAccounts.AcmeToken : TestAccounts.OtherToken)}";

    public string IdOf(string function, string parameter) =>
        function.EndsWith("Event", StringComparison.Ordinal) ? "event" : parameter;

    public SampleRequest RequestOf(string function) => function switch
    {
        "Operator_ShowActivity" => new() { Query = new Dictionary<string, string> { ["allAccounts"] = "false" } },
        "Operator_ListSessions" => new()
        {
            Query = new Dictionary<string, string>
            {
                ["surface"] = "TwilioProxy",
                ["kind"] = "twilio-proxy/session",
                ["state"] = "open",
                ["status"] = "in-progress",
                ["createdFrom"] = "2020-01-01T00:00:00Z",
                ["createdBefore"] = "2030-01-01T00:00:00Z",
                ["pageSize"] = "2",
                ["cursor"] = "",
            },
        },
        "Operator_FindSessions" => new() { Body = """{"text":"+14155550001","allAccounts":false}""" },
        "Operator_RecoverEvents" => new()
        {
            Query = new Dictionary<string, string>
            {
                ["since"] = "2020-01-01T00:00:00Z", ["target"] = "example.com", ["cursor"] = "",
            },
        },
        "Operator_ListEvents" => new()
        {
            Query = new Dictionary<string, string>
            {
                ["session"] = "s00000000000000000000",
                ["target"] = "example.com",
                ["state"] = "waiting",
                ["from"] = "2020-01-01T00:00:00Z",
                ["before"] = "2030-01-01T00:00:00Z",
                ["pageSize"] = "2",
                ["cursor"] = "",
            },
        },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var made = await _proxy.Create(client.Of(_proxy));
        var (proxy, service) = (client.Of(_proxy), $"/v1/Services/{made["serviceSid"]}");
        await proxy.Send("POST", service, """{"CallbackUrl":"https://example.com/told"}""");
        await proxy.Send(
            "POST",
            $"{service}/Sessions/{made["sessionSid"]}/Participants/{made["participantSid"]}/MessageInteractions",
            """{"Body":"hello"}""");
        var events = (await client.Send("GET", "/operator/events?pageSize=1")).Body!["events"]!;
        return new()
        {
            ["id"] = $"twilio-proxy:{made["serviceSid"]}~{made["sessionSid"]}", ["event"] = (string)events[0]!["id"]!,
        };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["code", "message", "requestId"])
        && error.All(member => (string?)member.Value is { Length: > 0 })
            ? null
            : "it must have code, message and requestId";
}
