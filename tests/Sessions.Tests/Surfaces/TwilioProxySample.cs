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
        ["participantSid"] = "KP00000000000000000000000000000000",
        ["phoneNumberSid"] = "PN00000000000000000000000000000000",
        ["shortCodeSid"] = "SC00000000000000000000000000000000",
    };

    public string IdOf(string function, string parameter) => parameter switch
    {
        "sid" when function.EndsWith("Participant", StringComparison.Ordinal) => "participantSid",
        "sid" when function.EndsWith("PhoneNumber", StringComparison.Ordinal) => "phoneNumberSid",
        "sid" when function.EndsWith("ShortCode", StringComparison.Ordinal) => "shortCodeSid",
        _ => parameter,
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
        "TwilioProxy_CreateParticipant" => new()
        {
            Body = """{"Identifier":"+15550000002","FriendlyName":"two","FailOnParticipantConflict":"false"}""",
        },
        "TwilioProxy_CreatePhoneNumber" => new()
        {
            Body = $$"""{"PhoneNumber":"{{NewPhoneNumber()}}","IsReserved":"false"}""",
        },
        "TwilioProxy_CreateShortCode" => new()
        {
            Body = $$"""{"Sid":"{{NewShortCode()}}","ShortCode":"12345","IsReserved":"true"}""",
        },
        "TwilioProxy_UpdatePhoneNumber" or "TwilioProxy_UpdateShortCode" => new()
        {
            Body = """{"IsReserved":"true"}""",
        },
        "TwilioProxy_UpdateSession" => new() { Body = """{"Ttl":"60","DateExpiry":"2031-07-30T20:00:00Z"}""" },
        _ when function.Contains("_List", StringComparison.Ordinal) => new() { Query = _paging },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var name = $$"""{"UniqueName":"{{SampleClient.NewName()}}"}""";
        var service = $"/v1/Services/{(await client.Send("POST", "/v1/Services", name))["sid"]}";
        var session = await client.Send("POST", $"{service}/Sessions", name);

        // The participant takes the first number, so that the second can be removed.
        await client.Send("POST", $"{service}/PhoneNumbers", $$"""{"PhoneNumber":"{{NewPhoneNumber()}}"}""");
        var participant = await client.Send(
            "POST", $"{service}/Sessions/{session["sid"]}/Participants", """{"Identifier":"+15550000001"}""");
        var number = await client.Send(
            "POST", $"{service}/PhoneNumbers", $$"""{"PhoneNumber":"{{NewPhoneNumber()}}"}""");
        var code = await client.Send("POST", $"{service}/ShortCodes", $$"""{"Sid":"{{NewShortCode()}}"}""");
        return new()
        {
            ["serviceSid"] = service["/v1/Services/".Length..],
            ["sessionSid"] = session["sid"]!,
            ["participantSid"] = participant["sid"]!,
            ["phoneNumberSid"] = number["sid"]!,
            ["shortCodeSid"] = code["sid"]!,
        };
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["code", "message", "more_info", "status"])
        && (int)error["status"]! == (int)status
        && (string?)error["more_info"] == $"https://www.twilio.com/docs/errors/{(int)error["code"]!}"
        && (string?)error["message"] is { Length: > 0 }
            ? null
            : "it must have code, message, more_info and status";

    private static string NewPhoneNumber() => $"+1415{2_000_000 + SampleClient.NewNumber()}";

    private static string NewShortCode() => $"SC{SampleClient.NewNumber():x32}";

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
