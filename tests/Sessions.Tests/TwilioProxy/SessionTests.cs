using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class SessionTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_create_without_parameters_answers_an_open_session_with_the_documented_defaults()
    {
        var reply = (await _proxy.Post($"{_service}/Sessions")).Is(HttpStatusCode.Created);

        Assert.Matches("^KC[0-9a-f]{32}$", reply["sid"]);
        Assert.Equal(_service[^34..], reply["service_sid"]);
        Assert.Equal(TestAccounts.AcmeSid, reply["account_sid"]);
        Assert.Equal("open", reply["status"]);
        Assert.Equal("voice-and-message", reply["mode"]);
        Assert.Equal("0", reply["ttl"]);
        Assert.Equal("", reply["closed_reason"]);
        Assert.Equal("2026-03-14T09:26:53Z", reply["date_created"]);
        Assert.Equal("2026-03-14T09:26:53Z", reply["date_updated"]);
        Assert.Equal($"http://localhost{_service}/Sessions/{reply["sid"]}", reply["url"]);
        Assert.Equal($"{reply["url"]}/Interactions", reply.Body!["links"]!["interactions"]!.ToString());
        Assert.Equal($"{reply["url"]}/Participants", reply.Body["links"]!["participants"]!.ToString());
        Assert.All(
            ["unique_name", "date_started", "date_ended", "date_last_interaction", "date_expiry"],
            name => Assert.True(reply.Body.AsObject().ContainsKey(name) && reply[name] is null, name));
    }

    [Fact]
    public async Task A_create_keeps_every_parameter()
    {
        await _proxy.NewNumber(_service, "+15559990000");
        var path = await _proxy.NewSession(
            _service,
            ("UniqueName", "Order #1234 ü"),
            ("DateExpiry", "2027-01-31T12:00:00+02:00"),
            ("Ttl", "60"),
            ("Mode", "message-only"),
            ("Status", "in-progress"),
            ("Participants", """{"Identifier": "+15551230001", "FriendlyName": "Ann"}"""),
            ("Participants", """{"identifier": "+15551230002", "proxyIdentifier": "+15559990000"}"""),
            ("FailOnParticipantConflict", "true"));

        var reply = (await _proxy.Get(path)).Is(HttpStatusCode.OK);

        Assert.Equal("Order #1234 ü", reply["unique_name"]);
        Assert.Equal("2027-01-31T10:00:00Z", reply["date_expiry"]);
        Assert.Equal("60", reply["ttl"]);
        Assert.Equal("message-only", reply["mode"]);
        Assert.Equal("in-progress", reply["status"]);
        Assert.Equal("2026-03-14T09:26:53Z", reply["date_started"]);
    }

    [Theory]
    [InlineData("open", false)]
    [InlineData("in-progress", false)]
    [InlineData("closed", true)]
    [InlineData("failed", true)]
    [InlineData("unknown", true)]
    public async Task A_session_can_be_created_in_every_documented_status(string status, bool ended)
    {
        var reply = (await _proxy.Post($"{_service}/Sessions", ("Status", status))).Is(HttpStatusCode.Created);

        Assert.Equal(status, reply["status"]);
        Assert.Equal(ended, reply["date_ended"] is not null);
    }

    [Fact]
    public async Task A_session_is_fetched_by_its_sid_and_by_its_unique_name()
    {
        var path = await _proxy.NewSession(_service, ("UniqueName", "order 1"));

        var bySid = (await _proxy.Get(path)).Is(HttpStatusCode.OK);
        var byName = (await _proxy.Get($"{_service}/Sessions/order%201")).Is(HttpStatusCode.OK);

        Assert.Equal(bySid.Body!.ToJsonString(), byName.Body!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_session_is_20404_by_sid_and_80308_by_name()
    {
        var sid = "KC" + new string('a', 32);

        var bySid = (await _proxy.Get($"{_service}/Sessions/{sid}")).IsError(20404, HttpStatusCode.NotFound);

        Assert.Equal($"The requested resource {_service[3..]}/Sessions/{sid} was not found", bySid["message"]);
        (await _proxy.Get($"{_service}/Sessions/nobody")).IsError(80308, HttpStatusCode.NotFound);
        (await _proxy.Post($"{_service}/Sessions/{sid}", ("Ttl", "1"))).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Delete($"{_service}/Sessions/{sid}")).IsError(20404, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_unique_name_reaches_only_reads_as_updates_and_deletes_take_sids()
    {
        await _proxy.NewSession(_service, ("UniqueName", "named"));

        (await _proxy.Post($"{_service}/Sessions/named", ("Ttl", "1"))).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Delete($"{_service}/Sessions/named")).IsError(20404, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_second_session_of_the_same_name_in_the_service_is_80603()
    {
        await _proxy.NewSession(_service, ("UniqueName", "order"));

        (await _proxy.Post($"{_service}/Sessions", ("UniqueName", "order"))).IsError(80603);

        await _proxy.NewSession(await _proxy.NewService("another"), ("UniqueName", "order"));
    }

    [Fact]
    public async Task Of_many_creates_of_one_name_at_once_exactly_one_succeeds()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(_ => _proxy.Post($"{_service}/Sessions", ("UniqueName", "race"))));

        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.IsError(80603));
    }

    [Fact]
    public async Task A_deleted_session_is_gone_and_frees_its_name()
    {
        var path = await _proxy.NewSession(_service, ("UniqueName", "order"));

        (await _proxy.Delete(path)).Is(HttpStatusCode.NoContent);

        (await _proxy.Get(path)).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Delete(path)).IsError(20404, HttpStatusCode.NotFound);
        await _proxy.NewSession(_service, ("UniqueName", "order"));
    }

    [Fact]
    public async Task Another_accounts_session_answers_byte_for_byte_like_an_absent_one()
    {
        var path = await _proxy.NewSession(_service, ("UniqueName", "secret"));
        var other = ProxyClient.Other(_app);

        var foreign = (await other.Get(path)).IsError(20404, HttpStatusCode.NotFound);
        var absent = await other.Get("/v1/Services/KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Sessions/x");

        Assert.Equal(
            foreign.Body!.ToJsonString().Replace(_service[^34..], "?", StringComparison.Ordinal),
            absent.Body!.ToJsonString().Replace("KS" + new string('a', 32), "?", StringComparison.Ordinal));
        (await other.Post(path, ("Status", "closed"))).IsError(20404, HttpStatusCode.NotFound);
        (await other.Delete(path)).IsError(20404, HttpStatusCode.NotFound);
        (await other.Get($"{_service}/Sessions")).IsError(20404, HttpStatusCode.NotFound);
        (await other.Post($"{_service}/Sessions")).IsError(20404, HttpStatusCode.NotFound);
        Assert.Equal("open", (await _proxy.Get(path))["status"]);
    }

    [Fact]
    public async Task A_repeated_create_under_one_idempotency_key_makes_one_session()
    {
        var key = ("Idempotency-Key", "key-1");
        var first = (await _proxy.PostWith([key], $"{_service}/Sessions", ("Ttl", "60"))).Is(HttpStatusCode.Created);
        var again = (await _proxy.PostWith([key], $"{_service}/Sessions", ("Ttl", "60"))).Is(HttpStatusCode.Created);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Single((await _proxy.Get($"{_service}/Sessions")).Body!["sessions"]!.AsArray());
    }

    [Fact]
    public async Task An_idempotency_key_of_another_request_is_refused_with_422()
    {
        var key = ("I-Twilio-Idempotency-Token", "key-1");
        await _proxy.PostWith([key], $"{_service}/Sessions", ("Ttl", "60"));

        (await _proxy.PostWith([key], $"{_service}/Sessions", ("Ttl", "61")))
            .IsError(20422, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Of_many_creates_with_one_idempotency_key_at_once_all_answer_the_same_session()
    {
        (string, string)[] key = [("Idempotency-Key", "race")];
        var replies = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(_ => _proxy.PostWith(key, $"{_service}/Sessions", ("UniqueName", "one"))));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.Created));
        Assert.Single(replies.Select(reply => reply["sid"]).Distinct());
    }
}
