using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Operator;

public sealed class OperatorTests : IAsyncLifetime
{
    private const string Sessions = "/operator/sessions";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private ApiClient _operator = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Accounts:0:Tokens:8:Token"] = "operator-token";
            builder.Configuration["Accounts:0:Tokens:8:Scopes:0"] = "operator";
            builder.Configuration["Accounts:0:Tokens:9:Token"] = "reader-token";
            builder.Configuration["Accounts:0:Tokens:9:Scopes:0"] = "sessions";
        });
        _proxy = ProxyClient.Acme(_app);
        _operator = As("operator-token");
        _service = await _proxy.NewService();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_session_shows_when_and_how_it_lives_and_nothing_of_what_is_in_it()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"), ("UniqueName", "secret name"));

        var session = (await _operator.Send(HttpMethod.Get, $"{Sessions}/{NameOf(path)}")).Is(HttpStatusCode.OK);

        var now = $"{_app.Clock.Now:O}";
        Assert.Matches("^s[0-9a-z]{20}$", session["id"]!);
        Assert.Equal(path[^34..], session["sessionId"]);
        Assert.Equal("TwilioProxy twilio-proxy/session open open", string.Join(
            ' ', session["surface"], session["kind"], session["state"], session["status"]));
        Assert.Equal(now, session["createdAt"]);
        Assert.Equal(now, session["updatedAt"]);
        Assert.Equal($"{_app.Clock.Now.AddSeconds(60):O}", session["expiresAt"]);
        Assert.Null(session["endedAt"]);
        Assert.DoesNotContain("secret name", session.Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(13, session.Body.AsObject().Count);
    }

    [Fact]
    public async Task The_list_has_all_sessions_of_the_account_newest_first_page_by_page()
    {
        var expected = new List<string>();
        var second = await _proxy.NewService("second");
        for (var number = 0; number < 7; number++)
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(1));
            expected.Insert(0, ShortOf(await _proxy.NewSession(number % 2 == 0 ? _service : second)));
        }

        Assert.Equal(expected, await Ids("?pageSize=3"));
        Assert.Equal(expected, await Ids(""));
    }

    [Fact]
    public async Task The_list_can_be_of_a_kind_a_state_a_status_and_a_time()
    {
        var old = ShortOf(await _proxy.NewSession(_service));
        _app.Clock.Advance(TimeSpan.FromHours(1));
        var hourAgo = Uri.EscapeDataString($"{_app.Clock.Now:O}");
        var closed = ShortOf(await _proxy.NewSession(_service, ("Status", "closed")));
        var started = ShortOf(await _proxy.NewSession(_service, ("Status", "in-progress")));

        Assert.Equal([started, old], (await Ids("?state=open")).OrderBy(id => id != started));
        Assert.Equal([closed], await Ids("?state=closed"));
        Assert.Equal([started], await Ids("?status=in-progress"));
        Assert.Equal([old], await Ids($"?createdBefore={hourAgo}"));
        Assert.Equal(2, (await Ids($"?createdFrom={hourAgo}")).Count);
        Assert.Equal(3, (await Ids("?kind=twilio-proxy/session")).Count);
    }

    [Fact]
    public async Task A_session_that_ran_out_is_closed_before_and_after_the_sweep()
    {
        var name = ShortOf(await _proxy.NewSession(_service, ("Ttl", "60")));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(await Ids("?state=open"));
        Assert.Empty(await Ids("?status=open"));
        Assert.Equal([name], await Ids("?state=closed"));
        await _app.Sweep();
        Assert.Equal([name], await Ids("?state=closed"));
    }

    [Fact]
    public async Task Closing_ends_the_session_for_its_own_clients()
    {
        var path = await _proxy.NewSession(_service);

        var closed = await _operator.Send(HttpMethod.Post, $"{Sessions}/{NameOf(path)}/close");

        Assert.Equal("closed", closed.Is(HttpStatusCode.OK)["state"]);
        var seen = await _proxy.Get(path);
        Assert.Equal("closed api", $"{seen["status"]} {seen["closed_reason"]}");
    }

    [Fact]
    public async Task Closing_what_has_ended_changes_nothing()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        var commits = _app.Store.Commits;

        var closed = await _operator.Send(HttpMethod.Post, $"{Sessions}/{NameOf(path)}/close");

        Assert.Equal("ttl", closed.Is(HttpStatusCode.OK)["closedReason"]);
        Assert.Equal(commits, _app.Store.Commits);
    }

    [Fact]
    public async Task Closing_another_version_than_the_one_seen_is_412()
    {
        var path = await _proxy.NewSession(_service);
        var seen = await _operator.Send(HttpMethod.Get, $"{Sessions}/{NameOf(path)}");
        await _proxy.Post(path, ("Ttl", "60"));

        var refused = await _operator.Send(
            HttpMethod.Post, $"{Sessions}/{NameOf(path)}/close", null, ("If-Match", seen.Headers["ETag"]));

        Assert.Equal("changed", refused.Is(HttpStatusCode.PreconditionFailed)["code"]);
        Assert.Equal("open", (await _proxy.Get(path))["status"]);
    }

    [Theory]
    [InlineData("?state=ajar")]
    [InlineData("?kind=twilio-proxy/service")]
    [InlineData("?pageSize=0")]
    [InlineData("?pageSize=201")]
    [InlineData("?createdFrom=yesterday")]
    [InlineData("?cursor=AAAA")]
    [InlineData("?state=open&state=closed")]
    public async Task What_cannot_be_read_is_400(string query) =>
        Assert.Equal("invalid", (await _operator.Send(HttpMethod.Get, Sessions + query))
            .Is(HttpStatusCode.BadRequest)["code"]);

    [Fact]
    public async Task A_cursor_goes_with_its_list_only()
    {
        await _proxy.NewSession(_service);
        await _proxy.NewSession(_service);
        var next = (await _operator.Send(HttpMethod.Get, $"{Sessions}?pageSize=1&state=open"))["next"];

        (await _operator.Send(HttpMethod.Get, $"{Sessions}?pageSize=1&state=open&cursor={next}")).Is(HttpStatusCode.OK);
        (await _operator.Send(HttpMethod.Get, $"{Sessions}?pageSize=1&cursor={next}")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Only_a_token_with_the_scope_may_look()
    {
        var refused = await As("reader-token").Send(HttpMethod.Get, Sessions);
        Assert.Equal("forbidden", refused.Is(HttpStatusCode.Forbidden)["code"]);
        (await As(TestAccounts.AcmeToken).Send(HttpMethod.Get, Sessions)).Is(HttpStatusCode.OK);
        refused = await new ApiClient(_app.Anonymous()).Send(HttpMethod.Get, Sessions);
        Assert.Equal("Bearer", refused.Is(HttpStatusCode.Unauthorized).Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task What_is_no_session_is_not_found()
    {
        var service = $"twilio-proxy:services~{_service[^34..]}";
        (await _operator.Send(HttpMethod.Get, $"{Sessions}/{service}")).Is(HttpStatusCode.NotFound);
        (await _operator.Send(HttpMethod.Post, $"{Sessions}/nonsense/close")).Is(HttpStatusCode.NotFound);
    }

    /// <summary>What expires by itself is a session, and a session is for the operator to close.</summary>
    [Fact]
    public void Every_kind_that_comes_due_is_known_to_the_operator_or_named_here()
    {
        string[] noSessions =
        [
            "twilio-proxy/deleted-service", "twilio-proxy/session-remains", "conversation/log",
            "conversation/member", "camara-webrtc/registration", "camara-webrtc/subscription",
            "live-stream/removed-room", "live-stream/removed-session",
        ];
        var services = _app.Services;
        var due = services.GetServices<IDueKind>().Select(kind => kind.Name);
        var known = services.GetServices<ISessionKind>().Select(kind => kind.Name);
        Expect.None(due.Except(known).Except(noSessions));
    }

    // As it was before there were short ids, which still names it.
    private static string NameOf(string path) => $"twilio-proxy:{path.Split('/')[3]}~{path[^34..]}";

    private static string ShortOf(string path) => ShortId.Of("twilio-proxy/session", path[^34..]);

    private ApiClient As(string token) => new(_app.Anonymous().WithBearer(token));

    private async Task<List<string>> Ids(string query)
    {
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var path = $"{Sessions}{query}{(query.Length > 0 ? "&" : "?")}cursor={cursor}";
            var page = (await _operator.Send(HttpMethod.Get, path)).Is(HttpStatusCode.OK);
            ids.AddRange(page.Body!["sessions"]!.AsArray().Select(session => (string)session!["id"]!));
            cursor = page["next"];
        }

        return ids;
    }
}
