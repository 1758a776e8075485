using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>One edition; without any, r2.2 and what came after it in the words of the next.</summary>
internal sealed class CamaraWebRtcSample(CamaraEdition? only = null) : ISurfaceSample
{
    private const string Registered = "0c7bd9a1-9dc0-11d1-b245-5ffdce74fad2";
    private const string Device = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    private const string OtherDevice = "c0ffee00-9dc0-11d1-b245-5ffdce74fad2";
    private const string Name = "CamaraWebRtc_";

    // What only the next edition has.
    private const string Update = $"{Name}UpdateSubscription";

    private static readonly Dictionary<string, string> _operations = new()
    {
        ["CreateCall"] = "createSession",
        ["CreateSession"] = "createSession",
        ["FetchCall"] = "getSessionDetailsById",
        ["FetchSession"] = "getSessionDetailsById",
        ["UpdateCallStatus"] = "updateSessionStatus",
        ["UpdateSessionStatus"] = "updateSessionStatus",
        ["DeleteCall"] = "deleteSessionById",
        ["DeleteSession"] = "deleteSessionById",
        ["CreateRegistration"] = "createRegistration",
        ["ListRegistration"] = "getRegistrationsByDeviceId",
        ["FetchRegistration"] = "getRegistrationById",
        ["UpdateRegistration"] = "updateRegistrationById",
        ["DeleteRegistration"] = "deleteRegistrationById",
        ["CreateSubscription"] = "createNotificationChannelSubscription",
        ["ListSubscription"] = "retrieveNotificationChannelSubscriptionList",
        ["FetchSubscription"] = "retrieveNotificationChannelSubscription",
        ["UpdateSubscription"] = "updateNotificationChannelSubscription",
        ["DeleteSubscription"] = "deleteNotificationChannelSubscription",
    };

    private readonly CamaraEdition _edition = only ?? CamaraEdition.R22;

    public string Surface => "CamaraWebRtc";

    public bool TakesForms => false;

    public IReadOnlyDictionary<string, string> Absent => new Dictionary<string, string>(Versions)
    {
        ["mediaSessionId"] = new('0', 102),
        ["registrationId"] = "00000000-0000-4000-8000-000000000000",
        ["subscriptionId"] = "00000000-0000-4000-8000-000000000001",
        ["me"] = "+17085859999",
    };

    public IReadOnlyList<string> CallersOwn => ["me", .. Versions.Keys];

    // A version is no thing of anybody's.
    private Dictionary<string, string> Versions => new()
    {
        ["eventsApi"] = "webrtc-events",
        ["callsVersion"] = VersionIn(_edition.Calls),
        ["registrationsVersion"] = VersionIn(_edition.Registrations),
        ["subscriptionsVersion"] = VersionIn(_edition.Subscriptions),
        ["updatesVersion"] = VersionIn((only ?? CamaraEdition.R31).Subscriptions),
    };

    public string Authorization(Tenant tenant) =>
        $"Bearer {(tenant is Tenant.Acme ? TestAccounts.AcmeToken : TestAccounts.OtherToken)}";

    public string IdOf(string function, string parameter) => parameter is "api" ? "eventsApi"
        : parameter is not "version" ? parameter
        : function is Update ? "updatesVersion"
        : function.Contains("Call", StringComparison.Ordinal) ? "callsVersion"
        : function.Contains("Registration", StringComparison.Ordinal) ? "registrationsVersion"
        : "subscriptionsVersion";

    public string? OperationOf(string function) => _operations.GetValueOrDefault(function[Name.Length..]);

    public bool TellsOf(string function) => only is null
        || (only == CamaraEdition.Short
            ? function.Contains("Session", StringComparison.Ordinal)
            : !function.Contains("Session", StringComparison.Ordinal) && (only.IsNext || function is not Update));

    public SampleRequest RequestOf(string function) => function switch
    {
        $"{Name}CreateCall" or $"{Name}CreateSession" => new()
        {
            Headers = new Dictionary<string, string> { ["registrationId"] = "<registrationId>" },
            Body = NewCall("<me>"),
        },
        $"{Name}UpdateCallStatus" or $"{Name}UpdateSessionStatus" => new()
        {
            Body = """{"status":"Initial","offer":{"sdp":"v=0 more"}}""",
        },
        $"{Name}CreateRegistration" => new() { Body = NewRegistration(OtherDevice) },
        $"{Name}UpdateRegistration" => new() { Body = NewRegistration(Device) },
        $"{Name}ListRegistration" => new() { Query = new Dictionary<string, string> { ["deviceId"] = Device } },
        $"{Name}CreateSubscription" => new() { Body = NewSubscription("<registrationId>") },
        Update => new() { Body = """{"config":{"subscriptionExpireTime":"2040-03-16T00:00:00.000Z"}}""" },
        _ => new(),
    };

    public bool IsPublic(string function) => false;

    public bool IsServed(string function) => !function.Contains("IdMissing", StringComparison.Ordinal);

    public async Task<Dictionary<string, string>> Create(SampleClient client)
    {
        var me = client.Tenant is Tenant.Acme ? "+17085852753" : "+17085854000";
        var call = await client.Send("POST", "/webrtc/sessions", NewCall(me));
        if (_edition.RegistersOnce)
        {
            await RemoveRegistrations(client);
        }

        var registration = await client.Send("POST", _edition.Registrations, NewRegistration(Device));
        await RemoveSubscriptions(client);
        var subscription = await client.Send(
            "POST", _edition.Subscriptions, NewSubscription(registration["registrationId"]!));
        return new(Versions)
        {
            ["mediaSessionId"] = call["mediaSessionId"]!,
            ["registrationId"] = registration["registrationId"]!,
            ["subscriptionId"] = subscription["id"]!,
            ["me"] = me,
        };
    }

    private async Task RemoveRegistrations(SampleClient client)
    {
        foreach (var device in (string[])[Device, OtherDevice, Registered])
        {
            var all = await client.Send("GET", $"{_edition.Registrations}?deviceId={device}");
            foreach (var one in all.Body!.AsArray())
            {
                await client.Send("DELETE", $"{_edition.Registrations}/{one!["registrationId"]}");
            }
        }
    }

    // A number may have so many at a time.
    private async Task RemoveSubscriptions(SampleClient client)
    {
        foreach (var old in (await client.Send("GET", _edition.Subscriptions)).Body!.AsArray())
        {
            await client.Send("DELETE", $"{_edition.Subscriptions}/{old!["id"]}");
        }
    }

    public string? FaultOf(HttpStatusCode status, JsonNode? body) => body is JsonObject error
        && error.Select(member => member.Key).SequenceEqual(["status", "code", "message"])
        && (int)error["status"]! == (int)status
        && (string?)error["code"] is { Length: > 0 and <= 96 }
        && (string?)error["message"] is { Length: > 0 and <= 512 }
            ? null
            : "it must have status, code and message";

    private static string VersionIn(string path) => path.Split('/')[2];

    private static string NewRegistration(string device) =>
        $$"""{"deviceId":"{{device}}","registrationExpireTime":"2040-03-14T10:00:00.000Z"}""";

    private string NewSubscription(string registration)
    {
        var about = _edition.IsNext ? $"\"deviceId\":\"{Device}\"" : $"\"registrationId\":\"{registration}\"";
        return $$$"""
            {"protocol":"HTTP","sink":"https://sink.example.com/",
            "types":["org.camaraproject.webrtc-events.v0.session-status"],
            "config":{"subscriptionDetail":{{{{about}}}},"subscriptionMaxEvents":5,
            "subscriptionExpireTime":"2040-03-15T00:00:00.000Z","initialEvent":false}}
            """;
    }

    private string NewCall(string me)
    {
        var more = _edition.IsNext ? "" : ",\"clientCorrelator\":\"c\"";
        return $$$"""
            {"originatorAddress":"tel:{{{me}}}","originatorName":"Alice","receiverAddress":"tel:+17085850000",
            "receiverName":"Bob","offer":{"sdp":"v=0"},"callType":"REGULAR","locationDetails":null{{{more}}}}
            """;
    }
}
