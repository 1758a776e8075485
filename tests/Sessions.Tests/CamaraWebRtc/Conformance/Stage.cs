using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc.Conformance;

/// <summary>Where scenarios are played: a service, a generation of it, two people and a sink.</summary>
internal sealed class Stage(SessionsApp app, CamaraEdition edition, Sink sink)
{
    public const string UnknownCall =
        "0AEE1B58BAEEDA3EABA42B32EBB3DFE0DEAD3F90AE0CEB9EEB0C0F703E199FC00E7C6E648F50EE885FF0CE6C7E1CEE795EDD";

    public const string UnknownId = "00000000-0000-4000-8000-000000000000";

    /// <summary>A device that is never there but for a moment.</summary>
    public const string NewDevice = "5eeded00-9dc0-11d1-b245-5ffdce74fad2";

    public static readonly (string Name, string Value) Correlator = ("x-correlator", "scenario-1");

    public CamaraEdition Edition => edition;

    public CamaraClient Alice { get; } = new(app, CamaraUsers.Alice);

    public CamaraClient Bob { get; } = new(app, CamaraUsers.Bob);

    public Sink Sink => sink;

    public SessionsApp App => app;

    public CamaraClient As(string? token) => new(app, token);

    /// <summary>A call from Alice to Bob, of a registered device.</summary>
    public async Task<string> Call(params (string Name, JsonNode? Value)[] members)
    {
        var made = await Alice.Post(edition.Calls, CamaraClient.NewCall(members), await Registered());
        return $"{edition.Calls}/{made.Is(HttpStatusCode.Created)["mediaSessionId"]}";
    }

    /// <summary>A registration of somebody's device, as a header.</summary>
    public async Task<(string Name, string Value)> Registered(CamaraClient? who = null)
    {
        var client = who ?? Alice;
        var known = await client.Get($"{edition.Registrations}?deviceId={CamaraClient.Device}");
        return known.Is(HttpStatusCode.OK).Body!.AsArray() is [{ } one, ..]
            ? ("registrationId", $"{one["registrationId"]}")
            : ("registrationId", await Register(client, CamaraClient.Device));
    }

    public async Task<string> Register(CamaraClient who, string device) =>
        (await who.Post(edition.Registrations, new JsonObject { ["deviceId"] = device }))
            .Is(edition.Registered)["registrationId"]!;

    /// <summary>The body of a subscription of Alice's or Bob's.</summary>
    public async Task<JsonObject> Subscription(CamaraClient? who = null, params string[] types)
    {
        var (_, registration) = await Registered(who);
        var body = CamaraClient.NewSubscription(registration, "session-status", sink.Url);
        body["types"] = new JsonArray([.. types.DefaultIfEmpty("session-status")
            .Select(type => (JsonNode)$"org.camaraproject.webrtc-events.v0.{type}")]);
        if (edition.IsNext)
        {
            body["config"]!["subscriptionDetail"] = new JsonObject { ["deviceId"] = CamaraClient.Device };
        }

        return body;
    }

    public async Task<string> Subscribe(CamaraClient who, params string[] types) =>
        await Subscribe(who, await Subscription(who, types));

    public async Task<string> Subscribe(CamaraClient who, JsonObject body) =>
        $"{edition.Subscriptions}/{(await who.Post(edition.Subscriptions, body)).Is(HttpStatusCode.Created)["id"]}";

    /// <summary>Ends what a scenario has left: a number may have so many.</summary>
    public async Task Tidy()
    {
        foreach (var who in (CamaraClient[])[Alice, Bob])
        {
            foreach (var one in (await who.Get(edition.Subscriptions)).Body!.AsArray())
            {
                await who.Delete($"{edition.Subscriptions}/{one!["id"]}");
            }
        }
    }
}
