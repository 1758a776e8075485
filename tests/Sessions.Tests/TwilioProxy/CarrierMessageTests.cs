using System.Collections.Specialized;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Messages of the application through a carrier, whatever goes wrong there: each arrives once.</summary>
public sealed class CarrierMessageTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string AnnsNumber = "+14155559001";
    private static readonly TimeSpan _attempt = TimeSpan.FromMilliseconds(250);
    private SimulatedCarrier _carrier = null!;
    private SessionsApp _app = null!;
    private WebhookSink _sink = null!;
    private ProxyClient _proxy = null!;
    private string _messages = "";

    public async Task InitializeAsync()
    {
        (_carrier, _sink) = (await SimulatedCarrier.Start(), await WebhookSink.Start());
        _app = await SessionsApp.Start(builder => _carrier.Configure(builder));
        _carrier.Clock = _app.Clock;
        _proxy = ProxyClient.Acme(_app);
        var service = await _proxy.NewService("service", ("CallbackUrl", $"{_sink.Url}/told"));
        (await _proxy.Post($"{service}/PhoneNumbers", ("Sid", _carrier.Own(AnnsNumber)))).Is(HttpStatusCode.Created);
        var session = await _proxy.NewSession(service);
        var participant = await _proxy.NewParticipant(session, Ann);
        _messages = $"{session}/Participants/{participant["sid"]}/MessageInteractions";
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _carrier.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_queued_at_once_and_gets_the_carriers_sid()
    {
        var queued = (await _proxy.Post(_messages, ("Body", "hi"), ("MediaUrl", "https://a.example.com/b.png")))
            .Is(HttpStatusCode.Created);
        Assert.Equal("queued", queued["outbound_resource_status"]);
        Assert.Null(queued.Body!["outbound_resource_sid"]);

        var sent = await Named(queued["sid"]);

        var text = Assert.Single(_carrier.Messages);
        Assert.Equal($"{text["sid"]}", $"{sent["outbound_resource_sid"]}");
        Assert.Equal(
            $"https://api.twilio.com/2010-04-01/Accounts/{TestAccounts.AcmeSid}/Messages/{text["sid"]}",
            $"{sent["outbound_resource_url"]}");
        var asked = _carrier.Asked.Last(asked => asked.Call == "POST Messages.json").Form;
        Assert.Equal(
            (Ann, AnnsNumber, "hi", "https://a.example.com/b.png"),
            (asked["To"], asked["From"], asked["Body"], asked["MediaUrl"]));
        var path = _messages[.._messages.IndexOf("/Sessions/", StringComparison.Ordinal)];
        Assert.Equal(
            $"{SimulatedCarrier.PublicUrl}{path}/Outcomes/{queued["sid"]}/Message", asked["StatusCallback"]);
    }

    [Fact]
    public async Task What_the_carrier_tells_with_its_own_signature_the_interaction_follows()
    {
        var queued = await _proxy.Post(_messages, ("Body", "hi"));
        var sent = await Named(queued["sid"]);
        var callback = new Uri(_carrier.Asked.Last().Form["StatusCallback"]).PathAndQuery;
        (string, string)[] form =
            [("MessageSid", $"{sent["outbound_resource_sid"]}"), ("MessageStatus", "delivered")];

        var stranger = new CarrierClient(_app, TestAccounts.AcmeSecret, SimulatedCarrier.PublicUrl);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Send(callback, form)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _carrier.ClientOf(_app).Send(callback, form)).Status);

        Assert.Equal("delivered", (await _proxy.Get($"{_messages}/{queued["sid"]}"))["outbound_resource_status"]);
    }

    [Fact]
    public async Task A_refusal_of_the_carrier_fails_the_message_and_is_told()
    {
        _carrier.Fault("POST Messages", CarrierFault.Refuse, 21610);
        var queued = await _proxy.Post(_messages, ("Body", "hi"));

        var told = await Told("failed");

        Assert.Equal(queued["sid"], told["interactionSid"]);
        Assert.Equal("failed", (await _proxy.Get($"{_messages}/{queued["sid"]}"))["outbound_resource_status"]);
        Assert.Empty(_carrier.Messages);
    }

    [Theory]
    [InlineData(CarrierFault.LoseAnswer, 1)]
    [InlineData(CarrierFault.FailAfter, 1)]
    [InlineData(CarrierFault.LoseRequest, 2)]
    [InlineData(CarrierFault.Fail, 2)]
    [InlineData(CarrierFault.TooMany, 2)]
    public async Task What_is_sent_again_is_looked_up_first_and_arrives_once(CarrierFault fault, int requests)
    {
        _carrier.Fault("POST Messages", fault);
        var queued = await _proxy.Post(_messages, ("Body", "hi"));
        await Expect.Soon(() => Task.FromResult(Posts() == 1));

        var sent = await Named(queued["sid"]);

        Assert.Equal($"{Assert.Single(_carrier.Messages)["sid"]}", $"{sent["outbound_resource_sid"]}");
        Assert.Equal(requests, Posts());
        Assert.Contains(_carrier.Asked, asked => asked.Call == "GET Messages.json");
    }

    [Fact]
    public async Task A_carrier_that_takes_a_text_after_nobody_waits_for_it_any_more_is_not_asked_twice()
    {
        _carrier.Fault("POST Messages", CarrierFault.Slow);
        var queued = await _proxy.Post(_messages, ("Body", "hi"));
        await Expect.Soon(() => Task.FromResult(Posts() == 1));

        _app.Clock.Advance(TimeSpan.FromSeconds(5));
        await Later();
        Assert.Equal("queued", await Status(queued["sid"]));
        _carrier.GoOn();
        await Expect.Soon(() => Task.FromResult(_carrier.Messages.Count == 1));
        var sent = await Named(queued["sid"]);

        Assert.Equal($"{Assert.Single(_carrier.Messages)["sid"]}", $"{sent["outbound_resource_sid"]}");
        Assert.Equal(1, Posts());
    }

    [Fact]
    public async Task Two_texts_that_say_the_same_both_arrive_when_the_answer_to_the_second_is_lost()
    {
        var first = await Named((await _proxy.Post(_messages, ("Body", "ok")))["sid"]);
        _carrier.Fault("POST Messages", CarrierFault.LoseRequest);
        var second = await Named((await _proxy.Post(_messages, ("Body", "ok")))["sid"]);

        Assert.Equal(
            _carrier.Messages.Select(text => $"{text["sid"]}"),
            new[] { first, second }.Select(one => $"{one["outbound_resource_sid"]}"));
    }

    [Fact]
    public async Task A_reply_by_TwiML_that_says_the_same_is_not_taken_for_the_message()
    {
        _carrier.Take(
            new Dictionary<string, string> { ["To"] = Ann, ["From"] = AnnsNumber, ["Body"] = "ok" }, "outbound-reply");
        _carrier.Fault("POST Messages", CarrierFault.Fail);

        var sent = await Named((await _proxy.Post(_messages, ("Body", "ok")))["sid"]);

        Assert.Equal($"{_carrier.Messages[1]["sid"]}", $"{sent["outbound_resource_sid"]}");
    }

    [Fact]
    public async Task What_the_carrier_has_told_of_is_asked_for_no_more()
    {
        _carrier.Fault("POST Messages", CarrierFault.LoseAnswer);
        var queued = await _proxy.Post(_messages, ("Body", "hi"));
        await Expect.Soon(() => Task.FromResult(_carrier.Messages.Count == 1));
        var callback = new Uri(_carrier.Asked.Last().Form["StatusCallback"]).PathAndQuery;
        await _carrier.ClientOf(_app).Send(
            callback, [("MessageSid", $"{_carrier.Messages[0]["sid"]}"), ("MessageStatus", "sent")]);
        var asked = _carrier.Asked.Count;

        await Later();

        Assert.Equal("sent", (await _proxy.Get($"{_messages}/{queued["sid"]}"))["outbound_resource_status"]);
        Assert.Equal(asked, _carrier.Asked.Count);
    }

    [Fact]
    public async Task After_a_day_without_an_answer_nobody_knows()
    {
        foreach (var _ in Enumerable.Range(0, 20))
        {
            _carrier.Fault("Messages", CarrierFault.Fail);
        }

        var queued = await _proxy.Post(_messages, ("Body", "hi"));
        await Expect.Soon(async () =>
        {
            _app.Clock.Advance(TimeSpan.FromHours(7));
            await _app.DeliverDue();
            return await Status(queued["sid"]) is not "queued";
        });

        Assert.Equal("delivery-unknown", await Status(queued["sid"]));
        Assert.Empty(_carrier.Messages);
    }

    private int Posts() => _carrier.Asked.Count(asked => asked.Call == "POST Messages.json");

    private async Task<string?> Status(string? sid) =>
        (await _proxy.Get($"{_messages}/{sid}"))["outbound_resource_status"];

    // What could not be sent at once is sent when it is due again.
    private async Task Later()
    {
        _app.Clock.Advance(TimeSpan.FromSeconds(40));
        await _app.DeliverDue();
    }

    // An attempt has its time before it counts as lost: two that are under way at once would be two messages.
    private async Task<JsonNode> Named(string? sid)
    {
        var patience = Stopwatch.StartNew();
        JsonNode message = null!;
        await Expect.Soon(async () =>
        {
            message = (await _proxy.Get($"{_messages}/{sid}")).Body!;
            if (message["outbound_resource_sid"] is null && patience.Elapsed > _attempt)
            {
                await Later();
                patience.Restart();
            }

            return message["outbound_resource_sid"] is not null;
        });
        return message;
    }

    private async Task<NameValueCollection> Told(string status)
    {
        while (true)
        {
            var told = HttpUtility.ParseQueryString((await _sink.Next()).Body);
            if (told["outboundResourceStatus"] == status)
            {
                return told;
            }
        }
    }
}
