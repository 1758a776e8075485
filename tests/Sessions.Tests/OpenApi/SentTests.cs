using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.OpenApi;

/// <summary>
/// What the documents tell of traffic that no request of a client's brings about: what is sent as a webhook, what a
/// stream carries, what a carrier is answered.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class SentTests
{
    private const string Sent = "sent";

    [Fact]
    public async Task What_a_carrier_is_answered_and_what_an_application_is_told_and_asked()
    {
        await using var scene = await CarrierScene.Start();
        var document = await Documents.Fetch(scene.App, "twilio-proxy");
        var message = await scene.Carrier.Send(
            $"{scene.Service}/Inbound/Message", scene.Carrier.MessageForm(Ann, AnnsNumber, "On my way"));
        var call = await scene.Carrier.Send(
            $"{scene.Service}/Inbound/Voice", scene.Carrier.CallForm(Ann, AnnsNumber));
        var ofMessage = await scene.Carrier.Tell(TwiMlExecutor.Message(CarrierClient.TwiMl(message), "sent")[0]);
        var ofCall = TwiMlExecutor.Call(CarrierClient.TwiMl(call), 42);
        var ofLeg = await scene.Carrier.Tell(ofCall[0]);
        var ofDial = await scene.Carrier.Tell(ofCall[^1]);
        var interaction = (await scene.Sink.Next()).Body;
        var intercept = await Asked(scene, "InterceptCallbackUrl", Ann);
        var outOfSession = await Asked(scene, "OutOfSessionCallbackUrl", "+14155550009");

        Recordings.Hold("twilio-proxy", document,
        [
            ("receiveMessage", "200", message.Text),
            ("receiveVoice", "200", call.Text),
            ("receiveMessageOutcome", "200", ofMessage.Text),
            ("receiveCallOutcome", "200", ofLeg.Text),
            ("receiveDialOutcome", "200", ofDial.Text),
            ("interactionCallback", Sent, Form(interaction)),
            ("interceptCallback", Sent, Form(intercept)),
            ("outOfSessionCallback", Sent, Form(outOfSession)),
        ]);
    }

    [Fact]
    public async Task What_a_participants_callback_URL_is_told()
    {
        await using var app = await SessionsApp.Start();
        await using var sink = await WebhookSink.Start();
        var api = BandwidthClient.Acme(app);
        var participant = await api.NewParticipant($$"""{"callbackUrl": "{{sink.Url}}/told", "tag": "guest"}""");

        var reported = await api.Post(
            $"/participants/{participant}/events", """{"event":"onConnect","deviceId":"device-1"}""");

        reported.Is(HttpStatusCode.NoContent);
        Recordings.Hold("bandwidth-webrtc", await Documents.Fetch(app, "bandwidth-webrtc"),
            [("participantCallback", Sent, JsonNode.Parse((await sink.Next()).Body)!)]);
    }

    [Theory]
    [InlineData("r2.2")]
    [InlineData("r3.1")]
    [InlineData("main")]
    public async Task What_a_sink_and_the_reader_of_a_stream_are_told(string name)
    {
        var edition = CamaraEdition.Named(name);
        await using var app = await CamaraUsers.Start();
        await using var sink = await WebhookSink.Start();
        var (alice, bob) = (new CamaraClient(app, CamaraUsers.Alice), new CamaraClient(app, CamaraUsers.Bob));
        var device = new JsonObject { ["deviceId"] = CamaraClient.Device };
        var registration = (await bob.Post(edition.Registrations, device)).Is(edition.Registered)["registrationId"]!;
        await Subscribe(bob, edition, registration, $"{sink.Url}/events");
        using var stream = await StreamReading.Open(
            app, CamaraUsers.Bob, await Subscribe(bob, edition, registration, null));

        var call = await alice.Call();
        await bob.Set(call, "Ringing");

        var told = JsonNode.Parse((await sink.Next()).Body)!;
        var read = (await stream.Next())!;
        Recordings.Hold(edition.Slug, await Documents.Fetch(app, edition.Slug),
            [("notifications", Sent, told), ("subscriptionEvents", "200", read)]);
    }

    private static async Task<string> Subscribe(
        CamaraClient of, CamaraEdition edition, string registration, string? sink)
    {
        var body = CamaraClient.NewSubscription(registration, "session-status", sink ?? "");
        if (edition.IsNext)
        {
            body["config"]!["subscriptionDetail"] = new JsonObject { ["deviceId"] = CamaraClient.Device };
        }

        if (sink is null)
        {
            body.Remove("sink");
        }

        var created = await of.Post(edition.Subscriptions, body);
        return $"{edition.Subscriptions}/{created.Is(HttpStatusCode.Created)["id"]}";
    }

    // What an address of a Service's is asked when somebody writes.
    private static async Task<string> Asked(CarrierScene scene, string address, string from)
    {
        await scene.Proxy.Post(scene.Service, (address, $"{scene.Sink.Url}/asked"));
        await scene.Carrier.Message(scene.Service, from, AnnsNumber, "Hello?");
        await scene.Proxy.Post(scene.Service, (address, ""));
        while (true)
        {
            if (await scene.Sink.Next() is { Path: "/asked" } asked)
            {
                return asked.Body;
            }
        }
    }

    private static JsonObject Form(string form)
    {
        var fields = HttpUtility.ParseQueryString(form);
        return new(fields.AllKeys.Select(name => KeyValuePair.Create(name!, (JsonNode?)fields[name])));
    }
}
