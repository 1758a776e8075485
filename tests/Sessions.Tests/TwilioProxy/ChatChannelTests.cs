using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Chat channels as participants, as Flex applications have them.</summary>
public sealed class ChatChannelTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private const string Number = "+14155559003";
    private const string Chat = "CHcccccccccccccccccccccccccccccccc";
    private const string Both = $$"""
        [{"Identifier": "{{Ann}}", "ProxyIdentifier": "{{Number}}"},
         {"Identifier": "{{Chat}}", "ProxyIdentifier": "{{Number}}"}]
        """;

    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService("flex", ("ChatInstanceSid", "IS" + new string('a', 32)));
        await _proxy.NewNumber(_service, Number);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_chat_channel_takes_part_over_its_partners_number()
    {
        var session = await _proxy.NewSession(
            _service, ("UniqueName", Chat), ("Mode", "message-only"), ("Participants", Both));

        var list = await _proxy.List($"{session}/Participants", "participants");

        Assert.Equal([Chat, Ann], list.Select(participant => participant!["identifier"]!.ToString()));
        Assert.Equal(Number, list[0]!["proxy_identifier"]!.ToString());
        Assert.Matches("^PN", list[0]!["proxy_identifier_sid"]!.ToString());
        (await _proxy.Post($"{_service}/Sessions", ("Mode", "message-only"), ("Participants", Both))).IsError(80604);
    }

    [Fact]
    public async Task A_chat_channel_may_be_where_somebody_is_met()
    {
        var session = await _proxy.NewSession(_service, ("Mode", "message-only"));

        var ann = await _proxy.NewParticipant(session, Ann, ("ProxyIdentifier", Chat));

        Assert.Equal(Chat, ann["proxy_identifier"]);
        Assert.Null(ann["proxy_identifier_sid"]);
        (await Add(session, Chat, ("ProxyIdentifier", Chat))).IsError(80402);
    }

    [Fact]
    public async Task A_chat_takes_messages_only_and_a_service_that_has_one()
    {
        var calls = await _proxy.NewSession(_service);
        var without = await _proxy.NewService("without");

        (await _proxy.Post($"{_service}/Sessions", ("Participants", Both))).IsError(80616);
        (await Add(calls, Chat)).IsError(80616);
        (await Add(calls, Bob, ("ProxyIdentifier", Chat))).IsError(80616);
        (await Add(await _proxy.NewSession(without, ("Mode", "message-only")), Chat)).IsError(80306);
        (await Add(await _proxy.NewSession(_service, ("Mode", "message-only")), Chat[..^1])).IsError(80404);
    }

    [Fact]
    public async Task A_message_for_a_chat_is_recorded_and_no_carrier_is_told_to_send_it()
    {
        var session = await _proxy.NewSession(_service, ("Mode", "message-only"), ("Participants", Both));

        var answer = await new CarrierClient(_app).Message(_service, Ann, Number, "Hello");

        Assert.Empty(answer.Elements());
        var interaction = Assert.Single(await _proxy.List($"{session}/Interactions", "interactions"))!;
        var participants = await _proxy.List($"{session}/Participants", "participants");
        Assert.Equal(participants[0]!["sid"]!.ToString(), interaction["outbound_participant_sid"]!.ToString());
    }

    private Task<ApiReply> Add(string session, string identifier, params (string Name, string Value)[] more) =>
        _proxy.Post($"{session}/Participants", [("Identifier", identifier), .. more]);
}
