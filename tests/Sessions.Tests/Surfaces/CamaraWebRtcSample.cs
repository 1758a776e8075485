using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

internal sealed class CamaraWebRtcSample : ISurfaceSample
{
    public string Surface => "CamaraWebRtc";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["mediaSessionId"] = new('0', 102),
        ["me"] = "+17085859999",
    };

    public string Authorization(Tenant tenant) =>
        $"Bearer {(tenant is Tenant.Acme ? TestAccounts.AcmeToken : TestAccounts.OtherToken)}";

    public SampleRequest RequestOf(string function) => function switch
    {
        "CamaraWebRtc_CreateCall" or "CamaraWebRtc_CreateSession" => new() { Body = NewCall("<me>") },
        _ when function.Contains("Update", StringComparison.Ordinal) => new()
        {
            Body = """{"status":"Connected","answer":{"sdp":"v=0"}}""",
        },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public bool IsServed(string function) => !function.Contains("IdMissing", StringComparison.Ordinal);

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var me = client.Tenant is Tenant.Acme ? "+17085852753" : "+17085854000";
        var call = await client.Send("POST", "/webrtc/sessions", NewCall(me));
        return new() { ["mediaSessionId"] = call["mediaSessionId"]!, ["me"] = me };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["status", "code", "message"])
        && (int)error["status"]! == (int)status
        && (string?)error["code"] is { Length: > 0 and <= 96 }
        && (string?)error["message"] is { Length: > 0 and <= 512 }
            ? null
            : "it must have status, code and message";

    private static string NewCall(string me) => $$$"""
        {"originatorAddress":"tel:{{{me}}}","originatorName":"Alice","receiverAddress":"tel:+17085850000",
        "receiverName":"Bob","offer":{"sdp":"v=0"},"callType":"REGULAR","clientCorrelator":"c",
        "locationDetails":null}
        """;
}
