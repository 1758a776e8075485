using System.Text.Json.Nodes;
using System.Web;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What becomes of messages and calls, as the carrier tells it and as the application learns it.</summary>
public sealed class OutcomeTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private const string AnnsNumber = "+14155559001";
    private const string BobsNumber = "+14155559002";
    private const string Api = $"https://api.twilio.com/2010-04-01/Accounts/{TestAccounts.AcmeSid}";
    private SessionsApp _app = null!;
    private WebhookSink _sink = null!;
    private ProxyClient _proxy = null!;
    private CarrierClient _carrier = null!;
    private string _service = "";
    private string _session = "";

    public async Task InitializeAsync()
    {
        _sink = await WebhookSink.Start();
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _carrier = new(_app);
        _service = await _proxy.NewService();
        await _proxy.Post(_service, ("CallbackUrl", $"{_sink.Url}/told"));
        await _proxy.NewNumber(_service, AnnsNumber);
        await _proxy.NewNumber(_service, BobsNumber);
        _session = await NewSession();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_followed_until_it_is_delivered()
    {
        var answer = await _carrier.Message(_service, Ann, AnnsNumber, "hi", ("MediaUrl0", "https://example.com/m"));

        await _carrier.Tell(TwiMlExecutor.Message(answer, "queued", "sending", "sent", "delivered"));

        var seen = await Interaction();
        Assert.Equal("delivered", seen["outbound_resource_status"]!.ToString());
        Assert.Equal(TwiMlExecutor.MessageSid, seen["outbound_resource_sid"]!.ToString());
        Assert.Equal($"{Api}/Messages/{TwiMlExecutor.MessageSid}", seen["outbound_resource_url"]!.ToString());
        Assert.Equal($"{Api}/Messages/{seen["inbound_resource_sid"]}", seen["inbound_resource_url"]!.ToString());
        var told = await Told(4);
        Assert.Equal(
            ["queued", "sending", "sent", "delivered"], told.Select(fields => fields["outboundResourceStatus"]));
        Assert.All(told, fields => Assert.Equal("1", fields["interactionNumMedia"]));
        Assert.Equal(
            ["", TwiMlExecutor.MessageSid, TwiMlExecutor.MessageSid, TwiMlExecutor.MessageSid],
            told.Select(fields => fields["outboundResourceSid"]));
        Assert.Equal($"{Api}/Messages/{TwiMlExecutor.MessageSid}", told[^1]["outboundResourceUrl"]);
        Assert.Equal($"{Api}/Messages/{told[^1]["inboundResourceSid"]}", told[^1]["inboundResourceUrl"]);
    }

    [Fact]
    public async Task A_call_of_42_seconds_ends_with_its_length()
    {
        var answer = await _carrier.Voice(_service, Ann, AnnsNumber);

        await _carrier.Tell(TwiMlExecutor.Call(answer, 42));

        var seen = await Interaction();
        Assert.Equal("completed", seen["outbound_resource_status"]!.ToString());
        Assert.Equal("completed", seen["inbound_resource_status"]!.ToString());
        Assert.Equal($"{Api}/Calls/{TwiMlExecutor.CallSid}", seen["outbound_resource_url"]!.ToString());
        Assert.Equal("""{"duration":"42"}""", seen["data"]!.ToString());
        var told = await Told(4);
        Assert.Equal(
            ["initiated", "ringing", "in-progress", "completed"],
            told.Select(fields => fields["outboundResourceStatus"]));
        Assert.Equal("""{"duration":"42"}""", told[^1]["interactionData"]);
        Assert.Equal("completed", told[^1]["inboundResourceStatus"]);
        Assert.Equal("0", told[^1]["interactionNumMedia"]);
    }

    private Task<string> NewSession(params (string Name, string Value)[] more) => _proxy.NewSession(
        _service,
        [
            ("Participants", $$"""{"Identifier": "{{Ann}}", "ProxyIdentifier": "{{AnnsNumber}}"}"""),
            ("Participants", $$"""{"Identifier": "{{Bob}}", "ProxyIdentifier": "{{BobsNumber}}"}"""),
            .. more,
        ]);

    private async Task<JsonNode> Interaction() =>
        Assert.Single(await _proxy.List($"{_session}/Interactions", "interactions"))!;

    /// <summary>What the application is told, when it is this often and no more.</summary>
    private async Task<List<System.Collections.Specialized.NameValueCollection>> Told(int count)
    {
        List<System.Collections.Specialized.NameValueCollection> told = [];
        while (told.Count < count)
        {
            told.Add(HttpUtility.ParseQueryString((await _sink.Next()).Body));
        }

        await _app.DeliverDue();
        Assert.Empty(_sink.TakeAll());
        return told;
    }
}
