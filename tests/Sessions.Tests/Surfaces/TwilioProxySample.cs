using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class TwilioProxySample : ISurfaceSample
{
    private static readonly Dictionary<string, string> _paging =
        new() { ["PageSize"] = "20", ["Page"] = "0", ["PageToken"] = "" };

    public string Surface => "TwilioProxy";

    public bool TakesForms => true;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["serviceSid"] = "KS00000000000000000000000000000000",
        ["sessionSid"] = "KC00000000000000000000000000000000",
    };

    public string Authorization(Tenant tenant) => Basic(tenant is Tenant.Acme
        ? $"{TestAccounts.AcmeSid}:{TestAccounts.AcmeSecret}"
        : $"{TestAccounts.OtherSid}:{TestAccounts.OtherSecret}");

    public SampleRequest RequestOf(string function) => function switch
    {
        "TwilioProxy_CreateService" or "TwilioProxy_UpdateService" => new()
        {
            Body = $$"""
                {"UniqueName":"{{SampleClient.NewName()}}","DefaultTtl":"60","CallbackUrl":"https://example.com/c",
                "GeoMatchLevel":"country","NumberSelectionBehavior":"prefer-sticky"}
                """,
        },
        "TwilioProxy_CreateSession" => new()
        {
            Body = $$"""
                {"UniqueName":"{{SampleClient.NewName()}}","Ttl":"600","DateExpiry":"2030-07-30T20:00:00Z",
                "Mode":"message-only","Status":"open","FailOnParticipantConflict":"true",
                "Participants":[{"Identifier":"+15550000001","FriendlyName":"one"}]}
                """,
        },
        "TwilioProxy_UpdateSession" => new() { Body = """{"Ttl":"60","DateExpiry":"2031-07-30T20:00:00Z"}""" },
        _ when function.Contains("_List", StringComparison.Ordinal) => new() { Query = _paging },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var service = await client.Send("POST", "/v1/Services", $$"""{"UniqueName":"{{SampleClient.NewName()}}"}""");
        var session = await client.Send(
            "POST", $"/v1/Services/{service["sid"]}/Sessions", $$"""{"UniqueName":"{{SampleClient.NewName()}}"}""");
        return new() { ["serviceSid"] = service["sid"]!, ["sessionSid"] = session["sid"]! };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["code", "message", "more_info", "status"])
        && (int)error["status"]! == (int)status
        && (string?)error["more_info"] == $"https://www.twilio.com/docs/errors/{(int)error["code"]!}"
        && (string?)error["message"] is { Length: > 0 }
            ? null
            : "it must have code, message, more_info and status";

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
