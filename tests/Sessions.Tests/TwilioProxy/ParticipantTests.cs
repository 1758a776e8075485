using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class ParticipantTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        _session = await _proxy.NewSession(_service);
        await _proxy.NewNumber(_service, "+14155559001");
        await _proxy.NewNumber(_service, "+14155559002");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_participant_is_given_a_number_of_the_pool()
    {
        var added = await _proxy.NewParticipant(_session, Ann, ("FriendlyName", "Ann"));

        Assert.Matches("^KP[0-9a-f]{32}$", added["sid"]);
        Assert.Equal(_session[^34..], added["session_sid"]);
        Assert.Equal(_service[^34..], added["service_sid"]);
        Assert.Equal(TestAccounts.AcmeSid, added["account_sid"]);
        Assert.Equal("Ann", added["friendly_name"]);
        Assert.Equal(Ann, added["identifier"]);
        Assert.Matches("^\\+1415555900[12]$", added["proxy_identifier"]);
        Assert.Matches("^PN[0-9a-f]{32}$", added["proxy_identifier_sid"]);
        Assert.Null(added["date_deleted"]);
        Assert.Equal($"{added["url"]}/MessageInteractions", added.Body!["links"]!["message_interactions"]!.ToString());
        var fetched = (await _proxy.Get($"{_session}/Participants/{added["sid"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(added.Body.ToJsonString(), fetched.Body!.ToJsonString());
    }

    [Fact]
    public async Task Participants_are_made_with_their_session()
    {
        var session = await _proxy.NewSession(
            _service,
            ("Participants", $$"""{"Identifier": "{{Ann}}", "FriendlyName": "Ann"}"""),
            ("Participants", $$"""{"identifier": "{{Bob}}", "proxyIdentifier": "+14155559002"}"""));

        var list = await _proxy.List($"{session}/Participants", "participants");

        Assert.Equal([Bob, Ann], list.Select(participant => participant!["identifier"]!.ToString()));
        Assert.Equal("+14155559002", list[0]!["proxy_identifier"]!.ToString());
    }

    [Fact]
    public async Task Participants_come_as_one_array_too_as_Flex_applications_send_them()
    {
        var session = await _proxy.NewSession(
            _service, ("Participants", $$"""[{"Identifier": "{{Ann}}"}, {"identifier": "{{Bob}}"}]"""));

        var list = await _proxy.List($"{session}/Participants", "participants");

        Assert.Equal([Bob, Ann], list.Select(participant => participant!["identifier"]!.ToString()));
        (await _proxy.Post($"{_service}/Sessions", ("Participants", $$"""[{"Identifier": "{{Ann}}"}, 1]""")))
            .IsError(20001);
        (await _proxy.Post($"{_service}/Sessions", ("Participants", "[[]]"))).IsError(20001);
    }

    [Fact]
    public async Task A_participant_gets_the_number_asked_for_by_digits_or_sid()
    {
        var sid = (await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"))
            .Single(number => number!["phone_number"]!.ToString() == "+14155559001")!["sid"]!.ToString();

        var ann = await _proxy.NewParticipant(_session, Ann, ("ProxyIdentifier", "+14155559002"));
        var bob = await _proxy.NewParticipant(_session, Bob, ("ProxyIdentifierSid", sid));

        Assert.Equal("+14155559002", ann["proxy_identifier"]);
        Assert.Equal("+14155559001", bob["proxy_identifier"]);
        Assert.Equal(sid, bob["proxy_identifier_sid"]);
    }

    [Fact]
    public async Task A_third_participant_is_80609_and_one_who_is_there_80103()
    {
        await _proxy.NewParticipant(_session, Ann);
        (await Add(_session, Ann)).IsError(80103);
        await _proxy.NewParticipant(_session, Bob);

        (await Add(_session, "+14155550003")).IsError(80609);
    }

    [Fact]
    public async Task A_removed_participant_stays_as_removed_and_cannot_come_back()
    {
        var ann = await _proxy.NewParticipant(_session, Ann);
        var path = $"{_session}/Participants/{ann["sid"]}";

        (await _proxy.Delete(path)).Is(HttpStatusCode.NoContent);

        Assert.Equal("2026-03-14T09:26:53Z", (await _proxy.Get(path))["date_deleted"]);
        (await _proxy.Delete(path)).IsError(20404, HttpStatusCode.NotFound);
        (await Add(_session, Ann)).IsError(80612);
        await _proxy.NewParticipant(_session, Bob);
        await _proxy.NewParticipant(_session, "+14155550003");
    }

    [Fact]
    public async Task A_closed_session_takes_no_participant()
    {
        await _proxy.Post(_session, ("Status", "closed"));

        (await Add(_session, Ann)).IsError(80607);
    }

    [Fact]
    public async Task A_channels_identifier_needs_a_session_of_messages_only()
    {
        (await Add(_session, "messenger:123456")).IsError(80616);
        (await _proxy.Post($"{_service}/Sessions", ("Participants", """{"Identifier": "messenger:123456"}""")))
            .IsError(80616);
        var messages = await _proxy.NewSession(_service, ("Mode", "message-only"));

        var user = await _proxy.NewParticipant(messages, "messenger:123456", ("ProxyIdentifier", "messenger:9876"));
        var other = await _proxy.NewParticipant(messages, "whatsapp:+14155550002");

        Assert.Equal("messenger:9876", user["proxy_identifier"]);
        Assert.Null(user["proxy_identifier_sid"]);
        Assert.Matches("^whatsapp:\\+1415555900[12]$", other["proxy_identifier"]);
        Assert.Matches("^PN", other["proxy_identifier_sid"]);
    }

    [Theory]
    [InlineData("Identifier", "5551234567", 80404)]
    [InlineData("Identifier", "", 20001)]
    [InlineData("ProxyIdentifierSid", "XX1", 20001)]
    [InlineData("FailOnParticipantConflict", "maybe", 20001)]
    [InlineData("ProxyIdentifierSid", "PNffffffffffffffffffffffffffffffff", 80301)]
    [InlineData("ProxyIdentifier", "+14155559999", 80606)]
    public async Task A_bad_parameter_is_refused(string name, string value, int code)
    {
        (string, string)[] identifier = name == "Identifier" ? [] : [("Identifier", Ann)];

        (await _proxy.Post($"{_session}/Participants", [.. identifier, (name, value)])).IsError(code);
        Assert.Empty(await _proxy.List($"{_session}/Participants", "participants"));
    }

    [Fact]
    public async Task A_number_of_another_service_is_80605_and_ones_own_is_80402()
    {
        await _proxy.NewNumber(await _proxy.NewService("other"), "+14155559999");

        (await Add(_session, Ann, ("ProxyIdentifier", "+14155559999"))).IsError(80605);
        (await Add(_session, "+14155559001", ("ProxyIdentifier", "+14155559001"))).IsError(80402);
    }

    [Fact]
    public async Task A_short_code_is_given_when_asked_for_and_carries_no_calls()
    {
        var sid = "SC" + new string('a', 32);
        await _proxy.Post($"{_service}/ShortCodes", ("Sid", sid), ("ShortCode", "77777"));
        var voice = await _proxy.NewSession(_service, ("Mode", "voice-only"));

        var ann = await _proxy.NewParticipant(_session, Ann, ("ProxyIdentifier", "77777"));

        Assert.Equal(sid, ann["proxy_identifier_sid"]);
        (await Add(voice, Bob, ("ProxyIdentifierSid", sid))).IsError(80201);
    }

    [Fact]
    public async Task Participants_of_another_account_or_session_are_not_found()
    {
        var ann = await _proxy.NewParticipant(_session, Ann);
        var path = $"{_session}/Participants/{ann["sid"]}";
        var elsewhere = await _proxy.NewSession(_service);

        (await ProxyClient.Other(_app).Get(path)).IsError(20404, HttpStatusCode.NotFound);
        (await ProxyClient.Other(_app).Delete(path)).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Get($"{elsewhere}/Participants/{ann["sid"]}")).IsError(20404, HttpStatusCode.NotFound);
        (await Add(_session[..^32] + new string('0', 32), Bob)).IsError(20404, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_repeated_create_under_one_idempotency_key_makes_one_participant()
    {
        (string, string)[] key = [("Idempotency-Key", "k")];
        var first = await _proxy.PostWith(key, $"{_session}/Participants", ("Identifier", Ann));
        var again = await _proxy.PostWith(key, $"{_session}/Participants", ("Identifier", Ann));

        Assert.Equal(first.Is(HttpStatusCode.Created)["sid"], again.Is(HttpStatusCode.Created)["sid"]);
        Assert.Single(await _proxy.List($"{_session}/Participants", "participants"));
        (await _proxy.PostWith(key, $"{_session}/Participants", ("Identifier", Bob)))
            .IsError(20422, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_list_is_paged_in_both_directions()
    {
        await _proxy.NewParticipant(_session, Ann);
        await _proxy.NewParticipant(_session, Bob);

        var first = (await _proxy.Get($"{_session}/Participants?PageSize=1")).Is(HttpStatusCode.OK);
        var second = await _proxy.Get(first.Body!["meta"]!["next_page_url"]!.ToString());
        var back = await _proxy.Get(second.Body!["meta"]!["previous_page_url"]!.ToString());

        Assert.Null(first.Body["meta"]!["previous_page_url"]);
        Assert.Null(second.Body["meta"]!["next_page_url"]);
        Assert.Equal(
            [Bob, Ann, Bob],
            new[] { first, second, back }.Select(page => page.Body!["participants"]![0]!["identifier"]!.ToString()));
    }

    private Task<ApiReply> Add(string session, string identifier, params (string Name, string Value)[] more) =>
        _proxy.Post($"{session}/Participants", [("Identifier", identifier), .. more]);
}
