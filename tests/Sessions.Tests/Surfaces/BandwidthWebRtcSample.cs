using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class BandwidthWebRtcSample : ISurfaceSample
{
    public string Surface => "BandwidthWebRtc";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["accountId"] = "absent",
        ["secondAccountId"] = "absent",
        ["sessionId"] = "00000000-0000-4000-8000-000000000000",
        ["participantId"] = "00000000-0000-4000-8000-000000000001",
    };

    public string Authorization(Tenant tenant) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(
        tenant is Tenant.Acme ? $"acme:{TestAccounts.AcmeSecret}" : $"other:{TestAccounts.OtherSecret}"));

    public SampleRequest RequestOf(string function) => function.Replace("Doubled", "", StringComparison.Ordinal) switch
    {
        "BandwidthWebRtc_CreateSession" => new() { Body = """{"tag":"a session"}""" },
        "BandwidthWebRtc_CreateParticipant" => new()
        {
            Body = """
                {"tag":"one","publishPermissions":["AUDIO","VIDEO"],"callbackUrl":"https://example.com/",
                "deviceApiVersion":"V3"}
                """,
        },
        "BandwidthWebRtc_AddParticipantToSession" or "BandwidthWebRtc_UpdateParticipantSubscriptions" => new()
        {
            Body = """{"sessionId":"<sessionId>"}""",
        },
        "BandwidthWebRtc_ReportDeviceEvent" => new() { Body = """{"event":"onConnect","deviceId":"device"}""" },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var id = client.Tenant is Tenant.Acme ? "acme" : "other";
        var account = $"/v1/accounts/{id}";
        var session = (await client.Send("POST", $"{account}/sessions"))["id"]!;
        var created = await client.Send("POST", $"{account}/participants");
        var participant = created.Body!["participant"]!["id"]!.ToString();
        await client.Send("PUT", $"{account}/sessions/{session}/participants/{participant}");
        return new()
        {
            ["accountId"] = id,
            ["secondAccountId"] = id,
            ["sessionId"] = session,
            ["participantId"] = participant,
        };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body)
    {
        string[] shape = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? ["message"]
            : ["error", "requestId"];
        return body is JsonObject error
            && error.Select(member => member.Key).SequenceEqual(shape)
            && error.All(member => (string?)member.Value is { Length: > 0 })
                ? null
                : $"it must have {string.Join(" and ", shape)}";
    }
}
