using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sessions.Tests.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.Operator;

/// <summary>What targets were told and are to be told.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private const string Events = "/operator/events";
    private OutboxHouse _house = null!;
    private ApiClient _operator = null!;

    public async Task InitializeAsync()
    {
        _house = await OutboxHouse.Start();
        _operator = new(_house.App.Anonymous().WithBearer(TestAccounts.AcmeToken));
    }

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task An_event_that_was_delivered_shows_its_attempts_and_nothing_of_what_it_says()
    {
        var status = 503;
        _house.Sink.Answer = _ => Task.FromResult(status);
        var at = _house.App.Clock.Now;
        await _house.Commit(_house.Event(target: $"{_house.Sink.Url}/told?token=secret"));
        await _house.App.DeliverDue();
        status = 204;
        await _house.DeliverAfter(TimeSpan.FromSeconds(5));

        var told = Assert.Single(await List(""));
        var fetched = (await _operator.Send(HttpMethod.Get, $"{Events}/{told["id"]}")).Is(HttpStatusCode.OK);

        Assert.Equal(told.ToJsonString(), fetched.Body!.ToJsonString());
        Assert.Equal("e1 acme plain delivered", string.Join(
            ' ', told["webhookId"], told["account"], told["kind"], told["state"]));
        Assert.Equal($"{_house.Sink.Url}/told", (string?)told["target"]);
        Assert.Equal([503, 204], told["attempts"]!.AsArray().Select(attempt => (int)attempt!["status"]!));
        Assert.Equal($"{at:O} {at.AddSeconds(5):O}", string.Join(
            ' ', told["attempts"]!.AsArray().Select(attempt => (string?)attempt!["at"])));
        Assert.Null(told["nextAttemptAt"]);
        Assert.Equal($"{_house.App.Clock.Now.AddDays(7):O}", (string?)told["keptUntil"]);
        Assert.DoesNotContain("secret", fetched.Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(12, fetched.Body.AsObject().Count);
    }

    [Fact]
    public async Task One_that_waits_says_why_and_until_when()
    {
        await _house.Commit(_house.Event(target: "http://127.0.0.1:1/nobody"));
        await _house.App.DeliverDue();

        var told = Assert.Single(await List("?state=waiting"));

        Assert.Equal("no_connection", (string?)told["attempts"]![0]!["failure"]);
        Assert.Null(told["attempts"]![0]!["status"]);
        Assert.Equal($"{_house.App.Clock.Now.AddSeconds(5):O}", (string?)told["nextAttemptAt"]);
        Assert.Null(told["keptUntil"]);
    }

    [Fact]
    public async Task The_list_is_newest_first_page_by_page_and_can_be_of_a_state_a_target_and_a_time()
    {
        _house.Sink.Answer = context => Task.FromResult(context.Request.Path == "/gone" ? 410 : 204);
        for (var number = 0; number < 3; number++)
        {
            await _house.Commit(_house.Event($"s{number}"));
            await _house.Commit(_house.Event($"s{number}", $"{_house.Sink.Url}/gone"));
            _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await _house.App.DeliverDue();
        var hour = _house.App.Clock.Now;
        _house.App.Clock.Advance(TimeSpan.FromHours(1));
        await _house.Commit(_house.Event("s4"), _house.App.Clock.Now);

        Assert.Equal(["e7", "e6", "e5", "e4", "e3", "e2", "e1"], await Ids("?pageSize=2"));
        Assert.Equal(["e6", "e4", "e2"], await Ids("?state=failed"));
        Assert.Equal(["e5", "e3", "e1"], await Ids("?state=delivered&pageSize=1"));
        Assert.Equal(["e7"], await Ids("?state=waiting"));
        Assert.Equal(["e6", "e4", "e2"], await Ids($"?target={Uri.EscapeDataString(_house.Sink.Url + "/gone")}"));
        Assert.Equal(7, (await Ids($"?pageSize=3&target={new Uri(_house.Sink.Url).Authority}")).Count);
        Assert.Empty(await Ids("?target=example.com"));
        Assert.Equal(["e7"], await Ids($"?from={Uri.EscapeDataString($"{hour:O}")}"));
        Assert.Equal(6, (await Ids($"?before={Uri.EscapeDataString($"{hour:O}")}")).Count);
    }

    [Fact]
    public async Task Another_accounts_events_are_not_there()
    {
        await _house.Commit(_house.Event());
        var id = (string)Assert.Single(await List(""))["id"]!;
        var other = new ApiClient(_house.App.Anonymous().WithBearer(TestAccounts.OtherToken));

        var list = (await other.Send(HttpMethod.Get, Events)).Is(HttpStatusCode.OK);

        Assert.Empty(list.Body!["events"]!.AsArray());
        (await other.Send(HttpMethod.Get, $"{Events}/{id}")).Is(HttpStatusCode.NotFound);
        (await _operator.Send(HttpMethod.Get, $"{Events}/nonsense")).Is(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("operator/events?number=1")]
    [InlineData("operator/events?state=lost")]
    [InlineData("operator/events?from=yesterday")]
    [InlineData("operator/events?cursor=AAAA")]
    [InlineData("operator/sessions?number=%2B14155550001")]
    [InlineData("operator/sessions?surface=Proxy")]
    [InlineData("operator/sessions/x?full=true")]
    public async Task A_parameter_that_nobody_asks_for_or_that_cannot_be_read_is_400(string path) =>
        Assert.Equal("invalid", (await _operator.Send(HttpMethod.Get, $"/{path}"))
            .Is(HttpStatusCode.BadRequest)["code"]);

    [Fact]
    public async Task Every_event_bears_the_headers_of_Standard_Webhooks()
    {
        await _house.Tell(_house.Event());

        var received = await _house.Sink.Next();

        var timestamp = received.Headers["Webhook-Timestamp"];
        Assert.Equal($"{_house.App.Clock.Now.ToUnixTimeSeconds()}", timestamp);
        var signed = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(TestAccounts.AcmeSecret), Encoding.UTF8.GetBytes($"e1.{timestamp}.1"));
        Assert.Equal($"v1,{Convert.ToBase64String(signed)}", received.Headers["Webhook-Signature"]);
    }

    private async Task<List<string>> Ids(string query) =>
        [.. (await List(query)).Select(told => (string)told["webhookId"]!)];

    private async Task<List<System.Text.Json.Nodes.JsonNode>> List(string query)
    {
        List<System.Text.Json.Nodes.JsonNode> events = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var path = $"{Events}{query}{(query.Length > 0 ? "&" : "?")}cursor={cursor}";
            var page = (await _operator.Send(HttpMethod.Get, path)).Is(HttpStatusCode.OK);
            events.AddRange(page.Body!["events"]!.AsArray().Select(told => told!));
            cursor = page["next"];
        }

        return events;
    }
}
