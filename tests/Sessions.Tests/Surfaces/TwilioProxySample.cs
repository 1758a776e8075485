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

    private static long _numbers = 5_550_000_000;

    public IReadOnlyDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["accountSid"] = TestAccounts.AcmeSid,
        ["serviceSid"] = "KS00000000000000000000000000000000",
        ["sessionSid"] = "KC00000000000000000000000000000000",
        ["phoneNumberSid"] = "PN00000000000000000000000000000000",
        ["shortCodeSid"] = "SC00000000000000000000000000000000",
        ["participantSid"] = "KP00000000000000000000000000000000",
        ["interactionSid"] = "KI00000000000000000000000000000000",
        ["messageInteractionSid"] = "KI00000000000000000000000000000000",
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
                "Participants":[{"Identifier":"{{NewNumber()}}","FriendlyName":"one"}]}
                """,
        },
        "TwilioProxy_CreateParticipant" => new()
        {
            Body = $$"""{"Identifier":"{{NewNumber()}}","FriendlyName":"two","FailOnParticipantConflict":"true"}""",
        },
        "TwilioProxy_CreatePhoneNumber" => new()
        {
            Body = $$"""{"PhoneNumber":"{{NewNumber()}}","IsReserved":"true"}""",
        },
        "TwilioProxy_CreateShortCode" => new()
        {
            Body = $$"""{"Sid":"{{NewShortCode()}}","IsReserved":"true"}""",
        },
        "TwilioProxy_UpdatePhoneNumber" or "TwilioProxy_UpdateShortCode" => new()
        {
            Body = """{"IsReserved":"true"}""",
        },
        "TwilioProxy_CreateMessageInteraction" => new() { Body = """{"Body":"hello"}""" },
        "TwilioProxy_ReceiveMessage" or "TwilioProxy_ReceiveVoice"
            or "TwilioProxy_ReceiveMessageWebhook" or "TwilioProxy_ReceiveCallWebhook" => new()
        {
            Headers = new Dictionary<string, string> { ["X-Twilio-Signature"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
            Body = """
                {"From":"+15551234567","To":"+15557654321","Body":"hello","MediaUrl0":"https://example.com/m",
                "MessageSid":"SM00000000000000000000000000000001","CallSid":"CA00000000000000000000000000000001"}
                """,
        },
        "TwilioProxy_ReceiveMessageOutcome" or "TwilioProxy_ReceiveCallOutcome" or "TwilioProxy_ReceiveDialOutcome" =>
            new()
            {
                Headers = new Dictionary<string, string> { ["X-Twilio-Signature"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
                Body = """
                    {"MessageSid":"SM00000000000000000000000000000001","MessageStatus":"delivered","ErrorCode":"30003",
                    "CallSid":"CA00000000000000000000000000000001","CallStatus":"completed","CallDuration":"42",
                    "DialCallSid":"CA00000000000000000000000000000002","DialCallStatus":"completed",
                    "DialCallDuration":"42"}
                    """,
            },
        "TwilioProxy_UpdateSession" => new() { Body = """{"Ttl":"60","DateExpiry":"2031-07-30T20:00:00Z"}""" },
        _ when function.Contains("_List", StringComparison.Ordinal) => new() { Query = _paging },
        _ => new(),
    };

    // The carrier's webhooks ask for a signature, and no credentials.
    public bool IsPublic(string function) => function.Contains("_Receive", StringComparison.Ordinal);

    public bool IsServed(string function) => !IsPublic(function);

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var service = await client.Send("POST", "/v1/Services", $$"""{"UniqueName":"{{SampleClient.NewName()}}"}""");
        var session = await client.Send(
            "POST", $"/v1/Services/{service["sid"]}/Sessions", $$"""{"UniqueName":"{{SampleClient.NewName()}}"}""");
        var servicePath = $"/v1/Services/{service["sid"]}";
        var sessionPath = $"{servicePath}/Sessions/{session["sid"]}";
        var number = await client.Send(
            "POST", $"{servicePath}/PhoneNumbers", $$"""{"PhoneNumber":"{{NewNumber()}}"}""");
        var unused = await client.Send(
            "POST", $"{servicePath}/PhoneNumbers", $$"""{"PhoneNumber":"{{NewNumber()}}","IsReserved":"true"}""");
        var code = await client.Send("POST", $"{servicePath}/ShortCodes", $$"""{"Sid":"{{NewShortCode()}}"}""");
        var participant = await client.Send(
            "POST",
            $"{sessionPath}/Participants",
            $$"""{"Identifier":"{{NewNumber()}}","ProxyIdentifierSid":"{{number["sid"]}}"}""");
        var message = await client.Send(
            "POST", $"{sessionPath}/Participants/{participant["sid"]}/MessageInteractions", """{"Body":"hello"}""");
        return new()
        {
            ["accountSid"] = TestAccounts.AcmeSid,
            ["serviceSid"] = service["sid"]!,
            ["sessionSid"] = session["sid"]!,
            ["phoneNumberSid"] = unused["sid"]!,
            ["shortCodeSid"] = code["sid"]!,
            ["participantSid"] = participant["sid"]!,
            ["interactionSid"] = message["sid"]!,
            ["messageInteractionSid"] = message["sid"]!,
        };
    }

    private static string NewNumber() => $"+1{Interlocked.Increment(ref _numbers)}";

    private static string NewShortCode() => $"SC{Interlocked.Increment(ref _numbers):D32}";

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["code", "message", "more_info", "status"])
        && (int)error["status"]! == (int)status
        && (string?)error["more_info"] == $"https://www.twilio.com/docs/errors/{(int)error["code"]!}"
        && (string?)error["message"] is { Length: > 0 }
            ? null
            : "it must have code, message, more_info and status";

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
