using System.Net;
using System.Web;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What the application is told and asked.</summary>
public sealed class CallbackTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private const string AnnsNumber = "+14155559001";
    private const string BobsNumber = "+14155559002";
    private SessionsApp _app = null!;
    private WebhookSink _sink = null!;
    private ProxyClient _proxy = null!;
    private CarrierClient _carrier = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _sink = await WebhookSink.Start();
        _app = await SessionsApp.Start(builder =>
            builder.Configuration["Messaging:WebhookUrl"] = $"{_sink.Url}/messages");
        _proxy = ProxyClient.Acme(_app);
        _carrier = new(_app);
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, AnnsNumber);
        await _proxy.NewNumber(_service, BobsNumber);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task Every_interaction_is_told_and_signed()
    {
        await Ask("CallbackUrl", "/told?a=b");
        var session = await NewSession();
        await _carrier.Message(_service, Ann, AnnsNumber, "hi");

        var told = await _sink.Next();

        var fields = Fields(told);
        Assert.Equal("/told", told.Path);
        Assert.Equal(session[^34..], fields["interactionSessionSid"]);
        Assert.Equal(_service[^34..], fields["interactionServiceSid"]);
        Assert.Equal(TestAccounts.AcmeSid, fields["interactionAccountSid"]);
        Assert.Equal("""{"body":"hi"}""", fields["interactionData"]);
        Assert.Equal("Message", fields["interactionType"]);
        Assert.Equal("message", fields["inboundResourceType"]);
        Assert.Equal("SM00000000000000000000000000000001", fields["inboundResourceSid"]);
        Assert.Equal("2026-03-14T09:26:53Z", fields["interactionDateCreated"]);
        Assert.Matches("^KP", fields["inboundParticipantSid"]);
        Assert.Matches("^KP", fields["outboundParticipantSid"]);
        Assert.Equal("queued", fields["outboundResourceStatus"]);
        AssertSigned(told, "/told?a=b");
    }

    [Fact]
    public async Task A_message_goes_to_the_messaging_webhook_and_is_sent_then()
    {
        var session = await NewSession();
        var ann = (await _proxy.List($"{session}/Participants", "participants"))[1]!["sid"];
        var path = $"{session}/Participants/{ann}/MessageInteractions";
        var sent = (await _proxy.Post(path, ("Body", "hello"))).Is(HttpStatusCode.Created);

        var message = await _sink.Next();

        var fields = Fields(message);
        Assert.Equal("/messages", message.Path);
        Assert.Equal((AnnsNumber, Ann, "hello"), (fields["From"], fields["To"], fields["Body"]));
        Assert.Equal(sent["outbound_resource_sid"], fields["MessageSid"]);
        AssertSigned(message, "/messages");
        await Expect.Soon(
            async () => (await _proxy.Get($"{path}/{sent["sid"]}"))["outbound_resource_status"] == "sent");
        Assert.Equal(
            "sent", (await _proxy.List(path, "interactions"))[0]!["outbound_resource_status"]!.ToString());
    }

    [Fact]
    public async Task What_became_of_a_message_is_told_without_waiting_for_the_timer()
    {
        await Ask("CallbackUrl", "/told");
        var session = await NewSession();
        var ann = (await _proxy.List($"{session}/Participants", "participants"))[1]!["sid"];
        await _proxy.Post($"{session}/Participants/{ann}/MessageInteractions", ("Body", "hello"));

        var heard = await _sink.Next();
        while (heard.Path != "/told" || Fields(heard)["outboundResourceStatus"] != "sent")
        {
            heard = await _sink.Next();
        }
    }

    [Theory]
    [InlineData(403, false)]
    [InlineData(200, true)]
    [InlineData(404, true)]
    [InlineData(500, true)]
    public async Task The_intercept_callback_blocks_with_403_alone(int status, bool passes)
    {
        await Ask("InterceptCallbackUrl", "/intercept");
        _sink.Answer = _ => Task.FromResult(status);
        var session = await NewSession();

        var message = await _carrier.Message(_service, Ann, AnnsNumber, "hi");
        var call = await _carrier.Voice(_service, Ann, AnnsNumber);

        Assert.Equal(passes ? ["Message"] : [], message.Elements().Select(verb => verb.Name.LocalName));
        Assert.Equal(passes ? "Dial" : "Reject", call.Elements().Single().Name.LocalName);
        Assert.Equal(passes ? 2 : 0, (await _proxy.List($"{session}/Interactions", "interactions")).Count);
        var asked = await _sink.Next();
        Assert.Equal("""{"body":"hi"}""", Fields(asked)["interactionData"]);
        AssertSigned(asked, "/intercept");
    }

    [Fact]
    public async Task A_target_that_is_not_there_or_not_allowed_blocks_nothing()
    {
        await _proxy.Post(_service, ("InterceptCallbackUrl", "http://127.0.0.1:9/gone"));
        await NewSession();
        Assert.NotNull((await _carrier.Message(_service, Ann, AnnsNumber, "hi")).Element("Message"));

        await _proxy.Post(_service, ("InterceptCallbackUrl", "https://10.0.0.1/inside"));
        Assert.NotNull((await _carrier.Message(_service, Ann, AnnsNumber, "hi")).Element("Message"));
    }

    [Fact]
    public async Task Out_of_session_the_application_answers_with_its_own_twiml()
    {
        await Ask("OutOfSessionCallbackUrl", "/out");
        _sink.Answer = _ => Task.FromResult(200);
        _sink.Content = ("application/xml", "<?xml version=\"1.0\"?><Response><Say>Nobody here.</Say></Response>");

        var answer = await _carrier.Voice(_service, Ann, AnnsNumber);

        Assert.Equal("Nobody here.", answer.Element("Say")!.Value);
        var asked = await _sink.Next();
        Assert.Equal(Ann, Fields(asked)["From"]);
        Assert.Null(Fields(asked)["sessionSid"]);
        AssertSigned(asked, "/out");
    }

    [Fact]
    public async Task Out_of_session_the_application_is_told_of_the_last_session()
    {
        await Ask("OutOfSessionCallbackUrl", "/out");
        var session = await NewSession(("UniqueName", "order 1"));
        await _proxy.Post(session, ("Status", "closed"));

        await _carrier.Message(_service, Ann, AnnsNumber, "late");

        var fields = Fields(await _sink.Next());
        Assert.Equal(session[^34..], fields["sessionSid"]);
        Assert.Equal("order 1", fields["sessionUniqueName"]);
        Assert.Equal("api", fields["sessionClosedReason"]);
        Assert.Equal("closed", fields["sessionStatus"]);
        Assert.Equal(Ann, fields["inboundParticipantIdentifier"]);
        Assert.Equal(Bob, fields["outboundParticipantIdentifier"]);
        Assert.Equal("late", fields["Body"]);
    }

    [Fact]
    public async Task Out_of_session_the_application_makes_a_session_and_the_contact_goes_on_in_it()
    {
        await Ask("OutOfSessionCallbackUrl", "/out");
        _sink.Answer = _ => Task.FromResult(200);
        _sink.Content = (
            "application/json",
            $$"""
            {"uniqueName": "auto", "ttl": 3360, "mode": "message-only", "participantIdentifier": "{{Bob}}",
            "participantProxyIdentifier": "{{BobsNumber}}"}
            """);

        var message = (await _carrier.Message(_service, Ann, AnnsNumber, "hi")).Element("Message")!;

        Assert.Equal((Bob, BobsNumber), (message.Attribute("to")!.Value, message.Attribute("from")!.Value));
        var session = (await _proxy.Get($"{_service}/Sessions/auto")).Is(HttpStatusCode.OK);
        Assert.Equal(("in-progress", "3360", "message-only"), (session["status"], session["ttl"], session["mode"]));
        Assert.NotNull((await _carrier.Message(_service, Bob, BobsNumber, "hello")).Element("Message"));
        Assert.Equal(1, _sink.Count);
    }

    [Theory]
    [InlineData(500, "application/xml", "<Response><Say>x</Say></Response>")]
    [InlineData(200, "application/xml", "<Response><Say>x</Response>")]
    [InlineData(200, "application/xml", "<!DOCTYPE x [<!ENTITY e \"e\">]><Response>&e;</Response>")]
    [InlineData(200, "application/xml", "<Other/>")]
    [InlineData(200, "text/plain", "<Response/>")]
    [InlineData(200, "application/json", "{}")]
    [InlineData(200, "application/json", "[")]
    [InlineData(200, "application/json", """{"participantIdentifier": "+14155550002", "ttl": -1}""")]
    [InlineData(200, "application/json", """{"participantIdentifier": "nobody"}""")]
    [InlineData(200, "application/json", """{"participantIdentifier": "+14155550001"}""")]
    public async Task Out_of_session_an_answer_that_means_nothing_declines(int status, string mediaType, string text)
    {
        await Ask("OutOfSessionCallbackUrl", "/out");
        _sink.Answer = _ => Task.FromResult(status);
        _sink.Content = (mediaType, text);

        Assert.Equal("Reject", (await _carrier.Voice(_service, Ann, AnnsNumber)).Elements().Single().Name.LocalName);
        Assert.Empty(await _proxy.List($"{_service}/Sessions", "sessions"));
    }

    private Task<ApiReply> Ask(string name, string path) => _proxy.Post(_service, (name, _sink.Url + path));

    private Task<string> NewSession(params (string Name, string Value)[] more) => _proxy.NewSession(
        _service,
        [
            ("Participants", $$"""{"Identifier": "{{Ann}}", "ProxyIdentifier": "{{AnnsNumber}}"}"""),
            ("Participants", $$"""{"Identifier": "{{Bob}}", "ProxyIdentifier": "{{BobsNumber}}"}"""),
            .. more,
        ]);

    private void AssertSigned(Received received, string path)
    {
        var form = HttpUtility.ParseQueryString(received.Body);
        var fields = form.AllKeys.Select(name => (name!, form[name]!));
        Assert.Equal(
            CarrierClient.Sign(TestAccounts.AcmeSecret, _sink.Url + path, fields),
            received.Headers["X-Twilio-Signature"]);
    }

    private static System.Collections.Specialized.NameValueCollection Fields(Received received) =>
        HttpUtility.ParseQueryString(received.Body);
}
