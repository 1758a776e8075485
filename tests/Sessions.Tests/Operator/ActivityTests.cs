using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Telemetry;
using Sessions.Tests.Conversation;
using Sessions.Tests.Outbox;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Operator;

/// <summary>What the last hour was like, minute by minute.</summary>
public sealed class ActivityTests : IAsyncLifetime
{
    private const string Activity = "/operator/activity";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Limits:Streams"] = "2";
            builder.Configuration["Accounts:0:Tokens:8:Token"] = "operator-token";
            builder.Configuration["Accounts:0:Tokens:8:Scopes:0"] = "operator";
        });
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Sixty_minutes_are_shown_and_each_request_is_in_the_one_in_which_it_came()
    {
        await _proxy.NewService();
        await _proxy.Post("/v1/Services", ("UniqueName", ""));
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await _proxy.Get("/v1/Services");

        var minutes = await Minutes(Activity);

        Assert.Equal(60, minutes.Count);
        Assert.Equal("2026-03-14T09:27:00+00:00", (string)minutes[59]!["at"]!);
        AssertProxy(2, 1, minutes[58]!);
        AssertProxy(1, 0, minutes[59]!);
        Assert.All(minutes.Take(58), minute => Assert.Empty(minute!["surfaces"]!.AsObject()));
    }

    [Fact]
    public async Task After_an_hour_a_minute_is_gone()
    {
        await _proxy.NewService();
        _app.Clock.Advance(TimeSpan.FromMinutes(59));
        AssertProxy(1, 0, (await Minutes(Activity))[0]!);

        _app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.DoesNotContain(await Minutes(Activity), minute => minute!["surfaces"]!["TwilioProxy"] is not null);
    }

    [Fact]
    public async Task An_account_sees_its_own_and_who_looks_after_the_installation_sees_all()
    {
        await _proxy.NewService();
        await new ProxyClient(_app.Anonymous().WithBasic(TestAccounts.OtherSid, TestAccounts.OtherSecret)).NewService();
        await new ProxyClient(_app.Anonymous()).Get("/v1/Services");

        AssertProxy(1, 0, (await Minutes(Activity))[59]!);
        AssertProxy(3, 1, (await Minutes($"{Activity}?allAccounts=true"))[59]!);
    }

    [Fact]
    public async Task What_a_limit_refused_is_told_by_the_limits_name()
    {
        using var client = _app.Anonymous().WithBearer(TestAccounts.AcmeToken);
        using var body = new StringContent(ConversationClient.Body(), Encoding.UTF8, "application/json");
        using var made = await client.PostAsync("/v1/conversation/sessions?sessionId=one", body);
        const string Stream = "/v1/conversation/sessions/one/events";
        using var open = await client.GetAsync(Stream, HttpCompletionOption.ResponseHeadersRead);

        using var refused = await client.GetAsync(Stream, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("OK TooManyRequests", $"{open.StatusCode} {refused.StatusCode}");
        Assert.Equal("""{"streams":1}""", (await Minutes(Activity))[59]!["refusals"]!.ToJsonString());
    }

    [Fact]
    public async Task Events_are_counted_as_targets_take_them_or_do_not()
    {
        await using var house = await OutboxHouse.Start();
        var refusals = 2;
        house.Sink.Answer = _ => Task.FromResult(refusals-- > 0 ? 503 : 200);
        await house.Commit(house.Event());
        await house.Commit(house.Event());

        await house.App.DeliverDue();
        await house.DeliverAfter(TimeSpan.FromSeconds(5));
        await house.DeliverAfter(TimeSpan.FromSeconds(30));

        Assert.Equal((2, 2), Told(house, "acme"));
        Assert.Equal((0, 0), Told(house, "other"));
    }

    [Theory]
    [InlineData("?allAccounts=yes", HttpStatusCode.BadRequest)]
    [InlineData("?account=other", HttpStatusCode.BadRequest)]
    [InlineData("?allAccounts=true", HttpStatusCode.Forbidden)]
    [InlineData("?allAccounts=false", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    public async Task An_operator_of_an_account_may_ask_for_that_account(string query, HttpStatusCode status) =>
        (await As("operator-token").Send(HttpMethod.Get, Activity + query)).Is(status);

    private static (int Delivered, int Failed) Told(OutboxHouse house, string account)
    {
        var minutes = house.App.Services.GetRequiredService<RecentMinutes>().Of(account);
        return (minutes.Sum(minute => minute.Delivered), minutes.Sum(minute => minute.Failed));
    }

    private static void AssertProxy(int requests, int refused, JsonNode minute)
    {
        var proxy = minute["surfaces"]!["TwilioProxy"]!;
        Assert.Equal($"{requests} {refused} 0", $"{proxy["requests"]} {proxy["refused"]} {proxy["errors"]}");
        Assert.InRange((double)proxy["p50"]!, 0.01, (double)proxy["p99"]!);
    }

    private ApiClient As(string token) => new(_app.Anonymous().WithBearer(token));

    private async Task<JsonArray> Minutes(string path) =>
        (await As(TestAccounts.AcmeToken).Send(HttpMethod.Get, path)).Is(HttpStatusCode.OK).Body!["minutes"]!.AsArray();
}
