using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>
/// A whole life on a carrier, as a team has it that has changed nothing but the host: numbers by their SIDs, texts,
/// calls that are billed by their data, and sessions that the application closes from its callback. The carrier loses
/// answers, has no time, and calls back out of order, late and twice.
/// </summary>
public sealed class CarrierLifeTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private static readonly TimeSpan _attempt = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _told = new();
    private readonly ConcurrentDictionary<string, int> _billed = new();
    private string[] _numbers = [];
    private SimulatedCarrier _carrier = null!;
    private WebhookSink _application = null!;
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private CarrierClient _webhooks = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        (_carrier, _application) = (await SimulatedCarrier.Start(), await WebhookSink.Start());
        _app = await SessionsApp.Start(builder => _carrier.Configure(builder));
        (_carrier.Clock, _webhooks, _proxy) = (_app.Clock, _carrier.ClientOf(_app), ProxyClient.Acme(_app));
        _application.Answer = Application;
        _service = await _proxy.NewService("life", ("CallbackUrl", $"{_application.Url}/told"));
        _numbers = [_carrier.Own("+14155559001"), _carrier.Own("+14155559002")];
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _application.DisposeAsync();
        await _carrier.DisposeAsync();
    }

    [Fact]
    public async Task Numbers_texts_calls_and_the_end()
    {
        var routes = _numbers.Select(RouteOf).ToList();
        _carrier.Fault("GET IncomingPhoneNumbers", CarrierFault.TooMany);
        (await _proxy.Post($"{_service}/PhoneNumbers", ("Sid", _numbers[0])))
            .IsError(80502, HttpStatusCode.ServiceUnavailable);
        foreach (var sid in _numbers)
        {
            (await _proxy.Post($"{_service}/PhoneNumbers", ("Sid", sid))).Is(HttpStatusCode.Created);
        }

        var session = await NewSession();
        await TextsEachWay(session);
        await CallIsBilled(session);
        await OptOutIsNobodysBusiness(session);
        await CallThatEnds(await NewSession(), "busy");
        await CallThatEnds(await NewSession(), "no-answer");

        Assert.Equal([42], _billed.Values);
        foreach (var sid in _numbers)
        {
            (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);
        }

        await InTime(() => Task.FromResult(_numbers.Select(RouteOf).SequenceEqual(routes)));
    }

    // Ann writes to Bob, and the application to Ann: the carrier takes that, and loses the answer.
    private async Task TextsEachWay(string session)
    {
        var text = await Arrives("sms_url", Ann, 0, ("Body", "where are you?"), ("MessageSid", _carrier.NewSid("SM")));
        Assert.Equal((Bob, "where are you?"), (text.Element("Message")!.Attribute("to")!.Value, text.Value));
        var steps = TwiMlExecutor.Message(text, "queued", "sent", "delivered");
        await _webhooks.Tell([steps[2], steps[0], steps[2], steps[1]]);

        _carrier.Fault("POST Messages", CarrierFault.LoseAnswer);
        var ann = (await _proxy.List($"{session}/Participants", "participants"))
            .First(one => $"{one!["identifier"]}" == Ann)!;
        var messages = $"{session}/Participants/{ann["sid"]}/MessageInteractions";
        var queued = (await _proxy.Post(messages, ("Body", "he is near"))).Is(HttpStatusCode.Created);
        await Expect.Soon(() => Task.FromResult(_carrier.Messages.Count == 1));
        var path = $"{messages}/{queued["sid"]}";
        await InTime(async () => (await _proxy.Get(path))["outbound_resource_sid"] is not null);

        var sent = Assert.Single(_carrier.Messages);
        var callback = _carrier.Asked.First(asked => asked.Call == "POST Messages.json").Form["StatusCallback"];
        foreach (var status in new[] { "delivered", "sent", "delivered" })
        {
            await _webhooks.Tell([new(callback, [("MessageSid", $"{sent["sid"]}"), ("MessageStatus", status)])]);
        }

        Assert.Equal(
            ["delivered", "delivered"],
            (await Interactions(session)).Select(one => $"{one!["outbound_resource_status"]}"));
    }

    // Bob calls Ann. The application bills what the callback says, and closes the session with it.
    private async Task CallIsBilled(string session)
    {
        var dial = await Arrives("voice_url", Bob, 1, ("CallSid", _carrier.NewSid("CA")), ("CallStatus", "ringing"));
        var steps = TwiMlExecutor.Call(dial, 42);
        await _webhooks.Tell([steps[1], steps[0], .. steps[2..], .. steps]);

        await Closed(session);
        var call = (await Interactions(session))[0]!;
        Assert.Equal("completed", $"{call["outbound_resource_status"]}");
        Assert.Equal("""{"duration":"42"}""", $"{call["data"]}");
    }

    private async Task OptOutIsNobodysBusiness(string session)
    {
        var (interactions, told) = ((await Interactions(session)).Count, _told.Count);

        var answer = await Arrives("sms_url", Ann, 0, ("Body", "STOP"), ("MessageSid", _carrier.NewSid("SM")));

        Assert.False(answer.HasElements);
        Assert.Equal((interactions, told), ((await Interactions(session)).Count, _told.Count));
    }

    private async Task CallThatEnds(string session, string end)
    {
        var dial = await Arrives("voice_url", Ann, 0, ("CallSid", _carrier.NewSid("CA")), ("CallStatus", "ringing"));
        await _webhooks.Tell(TwiMlExecutor.Call(dial, end));

        await Closed(session);
        Assert.Equal(end, $"{(await Interactions(session))[0]!["outbound_resource_status"]}");
    }

    private Task<string> NewSession() => _proxy.NewSession(
        _service,
        ("Participants", $$"""{"Identifier": "{{Ann}}", "ProxyIdentifierSid": "{{_numbers[0]}}"}"""),
        ("Participants", $$"""{"Identifier": "{{Bob}}", "ProxyIdentifierSid": "{{_numbers[1]}}"}"""));

    // What comes in for a number goes where its own settings at the carrier lead.
    private async Task<XElement> Arrives(string route, string from, int number, params (string, string)[] more)
    {
        var owned = _carrier.Number(_numbers[number]);
        (string, string)[] form = [("From", from), ("To", $"{owned["phone_number"]}"), .. more];
        return CarrierClient.TwiMl(await _webhooks.Send(new Uri($"{owned[route]}").PathAndQuery, form));
    }

    // What could not be done at once is done when it is due again; an attempt has its time before it counts as lost.
    private async Task InTime(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        await Expect.Soon(async () =>
        {
            if (patience.Elapsed > _attempt)
            {
                _app.Clock.Advance(TimeSpan.FromMinutes(1));
                await _app.DeliverDue();
                patience.Restart();
            }

            return await condition();
        });
    }

    private async Task Closed(string session)
    {
        await Expect.Soon(async () => (await _proxy.Get(session))["status"] == "closed");
        Assert.All(
            await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"),
            number => Assert.Equal(0, (int)number!["in_use"]!));
    }

    private Task<JsonArray> Interactions(string session) => _proxy.List($"{session}/Interactions", "interactions");

    private (string, string) RouteOf(string sid) =>
        ($"{_carrier.Number(sid)["sms_url"]}", $"{_carrier.Number(sid)["voice_url"]}");

    // A real one: it bills the seconds of a call, and a call that is over ends its session.
    private async Task<int> Application(HttpContext context)
    {
        var form = (await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => $"{field.Value}");
        _told.Enqueue(form);
        if (form["interactionType"] == "Message"
            || form["outboundResourceStatus"] is not ("completed" or "busy" or "no-answer"))
        {
            return 204;
        }

        var seconds = (string?)JsonNode.Parse(form["interactionData"])!["duration"];
        if (seconds is not (null or "0"))
        {
            _billed[form["interactionSid"]] = int.Parse(seconds, CultureInfo.InvariantCulture);
        }

        var closed = await _proxy.Post(
            $"/v1/Services/{form["interactionServiceSid"]}/Sessions/{form["interactionSessionSid"]}",
            ("Status", "closed"));
        return (int)closed.Status;
    }
}
