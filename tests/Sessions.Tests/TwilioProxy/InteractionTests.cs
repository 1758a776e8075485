using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class InteractionTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";
    private string _session = "";
    private string _ann = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, "+14155559001");
        _session = await _proxy.NewSession(_service, ("Ttl", "60"));
        _ann = $"{_session}/Participants/{(await _proxy.NewParticipant(_session, Ann))["sid"]}";
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_message_of_the_application_is_queued()
    {
        var sent = (await Send("Grüße \"x\"")).Is(HttpStatusCode.Created);

        Assert.Matches("^KI[0-9a-f]{32}$", sent["sid"]);
        Assert.Equal(_session[^34..], sent["session_sid"]);
        Assert.Equal(_service[^34..], sent["service_sid"]);
        Assert.Equal(TestAccounts.AcmeSid, sent["account_sid"]);
        Assert.Equal("""{"body":"Grüße \"x\""}""", sent["data"]);
        Assert.Equal("message", sent["type"]);
        Assert.Equal(_ann[^34..], sent["participant_sid"]);
        Assert.Equal(_ann[^34..], sent["outbound_participant_sid"]);
        Assert.Equal("queued", sent["outbound_resource_status"]);
        Assert.Equal("Message", sent["outbound_resource_type"]);
        Assert.Matches("^SM[0-9a-f]{32}$", sent["outbound_resource_sid"]);
        Assert.All(
            ["participant_sid", "resource_sid", "resource_status", "resource_type", "resource_url"],
            name => Assert.Null(sent[$"inbound_{name}"]));
        Assert.Equal($"http://localhost{_ann}/MessageInteractions/{sent["sid"]}", sent["url"]);
        var fetched = (await _proxy.Get($"{_ann}/MessageInteractions/{sent["sid"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(sent.Body!.ToJsonString(), fetched.Body!.ToJsonString());
        Assert.Equal(sent.Headers["ETag"], fetched.Headers["ETag"]);
    }

    [Fact]
    public async Task A_message_is_an_interaction_of_its_session_too()
    {
        var sent = await Send("one");
        var path = $"{_session}/Interactions/{sent["sid"]}";

        var interaction = (await _proxy.Get(path)).Is(HttpStatusCode.OK);

        Assert.Equal(sent["data"], interaction["data"]);
        Assert.Equal($"http://localhost{path}", interaction["url"]);
        Assert.False(interaction.Body!.AsObject().ContainsKey("participant_sid"));
        Assert.Single(await _proxy.List($"{_session}/Interactions", "interactions"));
        Assert.Single(await _proxy.List($"{_ann}/MessageInteractions", "interactions"));
    }

    [Fact]
    public async Task A_message_starts_an_open_session_and_slides_its_end()
    {
        _app.Clock.Advance(TimeSpan.FromSeconds(59));
        await Send("one");
        var session = await _proxy.Get(_session);

        Assert.Equal("in-progress", session["status"]);
        Assert.Equal("2026-03-14T09:27:52Z", session["date_started"]);
        Assert.Equal("2026-03-14T09:27:52Z", session["date_last_interaction"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("in-progress", (await _proxy.Get(_session))["status"]);
        Assert.Equal("1", (await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"))[0]!["in_use"]!.ToString());
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2026-03-14T09:28:52Z", (await _proxy.Get(_session))["date_ended"]);
        Assert.Equal("0", (await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"))[0]!["in_use"]!.ToString());
        await ClaimInvariant.Holds(_app, _service);
    }

    [Fact]
    public async Task A_message_with_media_needs_no_body()
    {
        var sent = await _proxy.Post(
            $"{_ann}/MessageInteractions",
            ("MediaUrl", "https://example.com/a"),
            ("MediaUrl", "https://example.com/b"));

        var data = JsonNode.Parse(sent.Is(HttpStatusCode.Created)["data"]!)!;
        Assert.Equal(2, data["mediaUrls"]!.AsArray().Count);
        (await _proxy.Post($"{_ann}/MessageInteractions")).IsError(20001);
        (await _proxy.Post($"{_ann}/MessageInteractions", ("MediaUrl", "no url"))).IsError(20001);
        (await Send(new string('x', 1601))).IsError(20001);
    }

    [Fact]
    public async Task A_session_that_cannot_carry_a_message_refuses_it()
    {
        var voice = await _proxy.NewSession(_service, ("Mode", "voice-only"));
        var bob = (await _proxy.NewParticipant(voice, "+14155550002"))["sid"];

        (await _proxy.Post($"{voice}/Participants/{bob}/MessageInteractions", ("Body", "x"))).IsError(80910);
        (await _proxy.Post($"{_session}/Participants/{bob}/MessageInteractions", ("Body", "x")))
            .IsError(20404, HttpStatusCode.NotFound);
        await _proxy.Post(_session, ("Status", "closed"));
        (await Send("late")).IsError(80607);
        Assert.Empty(await _proxy.List($"{_session}/Interactions", "interactions"));
    }

    [Fact]
    public async Task A_removed_participant_gets_no_message()
    {
        await _proxy.Delete(_ann);

        (await Send("late")).IsError(80614);
    }

    [Fact]
    public async Task A_deleted_interaction_is_gone_from_both_lists()
    {
        var sent = await Send("one");
        (await _proxy.Delete($"{_session}/Interactions/{sent["sid"]}")).Is(HttpStatusCode.NoContent);

        (await _proxy.Get($"{_session}/Interactions/{sent["sid"]}")).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Delete($"{_session}/Interactions/{sent["sid"]}")).IsError(20404, HttpStatusCode.NotFound);
        Assert.Empty(await _proxy.List($"{_session}/Interactions", "interactions"));
        Assert.Empty(await _proxy.List($"{_ann}/MessageInteractions", "interactions"));
    }

    [Fact]
    public async Task Interactions_of_another_session_or_account_are_not_found()
    {
        var sid = (await Send("one"))["sid"];
        var elsewhere = await _proxy.NewSession(_service);

        (await _proxy.Get($"{elsewhere}/Interactions/{sid}")).IsError(20404, HttpStatusCode.NotFound);
        (await ProxyClient.Other(_app).Get($"{_session}/Interactions/{sid}")).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Get($"{_session}/Interactions/{_session[^34..]}")).IsError(20404, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_repeated_message_under_one_idempotency_key_is_sent_once()
    {
        (string, string)[] key = [("Idempotency-Key", "k")];
        var first = await _proxy.PostWith(key, $"{_ann}/MessageInteractions", ("Body", "one"));
        var again = await _proxy.PostWith(key, $"{_ann}/MessageInteractions", ("Body", "one"));

        Assert.Equal(first.Is(HttpStatusCode.Created)["sid"], again.Is(HttpStatusCode.Created)["sid"]);
        Assert.Single(await _proxy.List($"{_session}/Interactions", "interactions"));
        (await _proxy.PostWith(key, $"{_ann}/MessageInteractions", ("Body", "two")))
            .IsError(20422, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_interactions_of_a_deleted_session_are_removed()
    {
        await Send("one");
        await _proxy.Delete(_session);
        await _app.Sweep();

        Assert.DoesNotContain(
            await ClaimInvariant.Everything(_app, _service), document => document.Kind != "twilio-proxy/phone-number");
    }

    [Fact]
    public async Task The_interactions_of_a_closed_session_are_removed_with_it()
    {
        await Send("one");
        await _proxy.Post(_session, ("Status", "closed"));
        _app.Clock.Advance(TimeSpan.FromDays(89));
        await _app.Sweep();
        Assert.Single(await _proxy.List($"{_session}/Interactions", "interactions"));

        _app.Clock.Advance(TimeSpan.FromDays(1));
        await _app.Sweep();

        Assert.DoesNotContain(
            await ClaimInvariant.Everything(_app, _service), document => document.Kind != "twilio-proxy/phone-number");
    }

    [Fact]
    public async Task The_interactions_of_a_session_that_was_reopened_stay()
    {
        await Send("one");
        await _proxy.Post(_session, ("Status", "closed"));
        await _proxy.Post(_session, ("Status", "in-progress"), ("Ttl", "0"));
        _app.Clock.Advance(TimeSpan.FromDays(91));
        await _app.Sweep();

        Assert.Single(await _proxy.List($"{_session}/Interactions", "interactions"));
    }

    private Task<ApiReply> Send(string body) => _proxy.Post($"{_ann}/MessageInteractions", ("Body", body));
}
