using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class SessionLifeTests : IAsyncLifetime
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

    [Theory]
    [InlineData("open")]
    [InlineData("in-progress")]
    public async Task A_live_session_can_be_closed(string status)
    {
        var path = await _proxy.NewSession(_service, ("Status", status));
        _app.Clock.Advance(TimeSpan.FromSeconds(10));

        var closed = (await _proxy.Post(path, ("Status", "closed"))).Is(HttpStatusCode.OK);

        Assert.Equal("closed", closed["status"]);
        Assert.Equal("api", closed["closed_reason"]);
        Assert.Equal("2026-03-14T09:27:03Z", closed["date_ended"]);
        Assert.Equal(closed.Body!.ToJsonString(), (await _proxy.Get(path)).Body!.ToJsonString());
    }

    [Fact]
    public async Task A_closed_session_can_be_reopened_and_lives_again()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));
        await _proxy.Post(path, ("Status", "closed"));
        _app.Clock.Advance(TimeSpan.FromMinutes(5));

        var reopened = (await _proxy.Post(path, ("Status", "in-progress"))).Is(HttpStatusCode.OK);

        Assert.Equal("in-progress", reopened["status"]);
        Assert.Equal("", reopened["closed_reason"]);
        Assert.Null(reopened["date_ended"]);
        Assert.Equal("2026-03-14T09:31:53Z", reopened["date_started"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("in-progress", (await _proxy.Get(path))["status"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("closed", (await _proxy.Get(path))["status"]);
    }

    [Theory]
    [InlineData("Ttl", "60")]
    [InlineData("DateExpiry", "2030-01-01")]
    [InlineData("Status", "closed")]
    public async Task A_closed_session_cannot_be_updated_80607(string name, string value)
    {
        var path = await _proxy.NewSession(_service, ("Status", "closed"));

        (await _proxy.Post(path, (name, value))).IsError(80607);
    }

    [Theory]
    [InlineData("open", "open")]
    [InlineData("open", "in-progress")]
    [InlineData("open", "failed")]
    [InlineData("open", "unknown")]
    [InlineData("in-progress", "open")]
    [InlineData("in-progress", "in-progress")]
    [InlineData("closed", "open")]
    [InlineData("closed", "failed")]
    [InlineData("failed", "in-progress")]
    [InlineData("unknown", "in-progress")]
    public async Task Every_other_change_of_status_is_80608_and_changes_nothing(string from, string to)
    {
        var path = await _proxy.NewSession(_service, ("Status", from));

        (await _proxy.Post(path, ("Status", to))).IsError(80608);

        Assert.Equal(from, (await _proxy.Get(path))["status"]);
    }

    [Fact]
    public async Task A_session_is_closed_for_every_reader_at_the_very_moment_its_ttl_runs_out()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.Equal("open", (await _proxy.Get(path))["status"]);

        _app.Clock.Advance(TimeSpan.FromTicks(1));

        var expired = await _proxy.Get(path);
        Assert.Equal("closed", expired["status"]);
        Assert.Equal("ttl", expired["closed_reason"]);
        Assert.Equal("2026-03-14T09:27:53Z", expired["date_ended"]);
        var listed = (await _proxy.Get($"{_service}/Sessions")).Body!["sessions"]![0]!;
        Assert.Equal(expired.Body!.ToJsonString(), listed.ToJsonString());
        (await _proxy.Post(path, ("Ttl", "600"))).IsError(80607);
    }

    [Fact]
    public async Task The_sweep_stores_what_readers_already_saw()
    {
        var path = await _proxy.NewSession(_service, ("DateExpiry", "2026-03-14T10:00:00Z"));
        _app.Clock.Advance(TimeSpan.FromHours(2));
        var seen = await _proxy.Get(path);

        Assert.Equal(1, await _app.Sweep());
        Assert.Equal(0, await _app.Sweep());

        Assert.Equal(seen.Body!.ToJsonString(), (await _proxy.Get(path)).Body!.ToJsonString());
        Assert.Equal("date-expiry", seen["closed_reason"]);
        Assert.Equal("2026-03-14T10:00:00Z", seen["date_ended"]);
    }

    [Fact]
    public async Task An_etag_changes_when_time_closes_the_session()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));
        var tag = (await _proxy.Get(path)).Headers["ETag"];
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.NotEqual(tag, (await _proxy.Get(path)).Headers["ETag"]);
        (await _proxy.Delete(path, ("If-Match", tag))).IsError(20412, HttpStatusCode.PreconditionFailed);
        (await _proxy.Delete(path, ("If-Match", "*"))).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Date_expiry_overrides_ttl()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"), ("DateExpiry", "2026-03-14T10:00:00Z"));
        _app.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("open", (await _proxy.Get(path))["status"]);

        _app.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal("date-expiry", (await _proxy.Get(path))["closed_reason"]);
    }

    [Fact]
    public async Task The_services_default_ttl_fills_an_absent_one_and_only_that()
    {
        var service = await _proxy.NewService("short", ("DefaultTtl", "30"));
        var defaulted = await _proxy.NewSession(service);
        var own = await _proxy.NewSession(service, ("Ttl", "90"));
        var never = await _proxy.NewSession(service, ("Ttl", "0"));
        Assert.Equal("30", (await _proxy.Get(defaulted))["ttl"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("closed", (await _proxy.Get(defaulted))["status"]);
        Assert.Equal("open", (await _proxy.Get(own))["status"]);
        _app.Clock.Advance(TimeSpan.FromDays(4000));
        Assert.Equal("open", (await _proxy.Get(never))["status"]);
    }

    [Fact]
    public async Task An_update_moves_the_expiry()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));

        var updated = (await _proxy.Post(path, ("Ttl", "120"))).Is(HttpStatusCode.OK);

        Assert.Equal("120", updated["ttl"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal("open", (await _proxy.Get(path))["status"]);
        await _proxy.Post(path, ("DateExpiry", "2026-03-15"));
        _app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("open", (await _proxy.Get(path))["status"]);
        _app.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("closed", (await _proxy.Get(path))["status"]);
    }

    [Fact]
    public async Task A_session_past_its_date_reopens_only_with_a_new_one()
    {
        var path = await _proxy.NewSession(_service, ("DateExpiry", "2026-03-15"));
        _app.Clock.Advance(TimeSpan.FromDays(2));

        (await _proxy.Post(path, ("Status", "in-progress"))).IsError(20001);

        var reopened = await _proxy.Post(path, ("Status", "in-progress"), ("DateExpiry", "2026-04-01"));
        Assert.Equal("in-progress", reopened.Is(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task A_closed_session_is_kept_for_the_retention_and_then_forgotten()
    {
        var path = await _proxy.NewSession(_service, ("UniqueName", "kept"));
        await _proxy.Post(path, ("Status", "closed"));
        _app.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromTicks(1));
        (await _proxy.Get(path)).Is(HttpStatusCode.OK);

        _app.Clock.Advance(TimeSpan.FromTicks(1));

        (await _proxy.Get(path)).IsError(20404, HttpStatusCode.NotFound);
        await _proxy.NewSession(_service, ("UniqueName", "kept"));
        await _app.Sweep();
        (await _proxy.Get($"{_service}/Sessions/kept")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null, "2.00:00:00", 2)]
    [InlineData("3.00:00:00", "2.00:00:00", 2)]
    [InlineData("3.00:00:00", null, 3)]
    public async Task The_retention_is_the_surfaces_own_else_the_one_of_all_that_is_set(
        string? common, string? own, int days)
    {
        await using var app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Retention:Closed"] = common;
            builder.Configuration["TwilioProxy:Retention"] = own;
        });
        var proxy = ProxyClient.Acme(app);
        var path = await proxy.NewSession(await proxy.NewService(), ("Status", "closed"));

        app.Clock.Advance(TimeSpan.FromDays(days) - TimeSpan.FromTicks(1));
        (await proxy.Get(path)).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromTicks(1));
        (await proxy.Get(path)).IsError(20404, HttpStatusCode.NotFound);
    }
}
