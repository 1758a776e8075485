using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class CamaraWebRtcSample : ISurfaceSample
{
    private const string Subscriptions = "/webrtc-events/v0.2/subscriptions";
    private const string Device = "7d444840-9dc0-11d1-b245-5ffdce74fad2";

    public string Surface => "CamaraWebRtc";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["mediaSessionId"] = new('0', 102),
        ["registrationId"] = "00000000-0000-4000-8000-000000000000",
        ["subscriptionId"] = "00000000-0000-4000-8000-000000000001",
        ["me"] = "+17085859999",
    };

    public IReadOnlyList<string> CallersOwn => ["me"];

    public string Authorization(Tenant tenant) =>
        $"Bearer {(tenant is Tenant.Acme ? TestAccounts.AcmeToken : TestAccounts.OtherToken)}";

    public SampleRequest RequestOf(string function) => function switch
    {
        "CamaraWebRtc_CreateCall" or "CamaraWebRtc_CreateSession" => new()
        {
            Headers = new Dictionary<string, string> { ["registrationId"] = "<registrationId>" },
            Body = NewCall("<me>"),
        },
        "CamaraWebRtc_UpdateCallStatus" or "CamaraWebRtc_UpdateSessionStatus" => new()
        {
            Body = """{"status":"Connected","answer":{"sdp":"v=0"}}""",
        },
        "CamaraWebRtc_CreateRegistration" or "CamaraWebRtc_UpdateRegistration" => new()
        {
            Body = $$"""{"deviceId":"{{Device}}","registrationExpireTime":"2040-03-14T10:00:00.000Z"}""",
        },
        "CamaraWebRtc_ListRegistration" => new()
        {
            Query = new Dictionary<string, string> { ["deviceId"] = Device },
        },
        "CamaraWebRtc_CreateSubscription" => new() { Body = NewSubscription("<registrationId>") },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public bool IsServed(string function) => !function.Contains("IdMissing", StringComparison.Ordinal);

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var me = client.Tenant is Tenant.Acme ? "+17085852753" : "+17085854000";
        var call = await client.Send("POST", "/webrtc/sessions", NewCall(me));
        var registration = await client.Send(
            "POST", "/webrtc-registration/v0.3/sessions", $$"""{"deviceId":"{{Device}}"}""");
        await RemoveSubscriptions(client);
        var subscription = await client.Send(
            "POST", Subscriptions, NewSubscription(registration["registrationId"]!));
        return new()
        {
            ["mediaSessionId"] = call["mediaSessionId"]!,
            ["registrationId"] = registration["registrationId"]!,
            ["subscriptionId"] = subscription["id"]!,
            ["me"] = me,
        };
    }

    // A number may have so many at a time.
    private static async Task RemoveSubscriptions(SampleClient client)
    {
        foreach (var old in (await client.Send("GET", Subscriptions)).Body!.AsArray())
        {
            await client.Send("DELETE", $"{Subscriptions}/{old!["id"]}");
        }
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["status", "code", "message"])
        && (int)error["status"]! == (int)status
        && (string?)error["code"] is { Length: > 0 and <= 96 }
        && (string?)error["message"] is { Length: > 0 and <= 512 }
            ? null
            : "it must have status, code and message";

    private static string NewSubscription(string registration) => $$$"""
        {"protocol":"HTTP","sink":"https://sink.example.com/",
        "types":["org.camaraproject.webrtc-events.v0.session-status"],
        "config":{"subscriptionDetail":{"registrationId":"{{{registration}}}"},"subscriptionMaxEvents":5,
        "subscriptionExpireTime":"2040-03-15T00:00:00.000Z","initialEvent":false}}
        """;

    private static string NewCall(string me) => $$$"""
        {"originatorAddress":"tel:{{{me}}}","originatorName":"Alice","receiverAddress":"tel:+17085850000",
        "receiverName":"Bob","offer":{"sdp":"v=0"},"callType":"REGULAR","clientCorrelator":"c",
        "locationDetails":null}
        """;
}
