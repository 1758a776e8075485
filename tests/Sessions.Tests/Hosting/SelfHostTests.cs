using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Configuration;
using Sessions.Hosting.SelfHosted;
using Sessions.Http;
using Sessions.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.Hosting;

public sealed class SelfHostTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new(new(2026, 1, 1, 9, 26, 53, TimeSpan.Zero));
    private readonly SampleTimer.Calls _calls = new();
    private WebApplication? _app;
    private HttpClient? _client;

    private HttpClient Client => _client!;

    public async Task InitializeAsync()
    {
        _app = Build("--Sample:Schedule", "0 * * * * *");
        await _app.StartAsync();
        _client = _app.GetTestClient();
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        await _app!.DisposeAsync();
    }

    [Fact]
    public async Task A_function_answers_at_its_route_with_the_services_it_asked_for() =>
        Assert.Equal("S07 at 09:26:53", await Client.GetStringAsync("/samples/S07"));

    [Fact]
    public async Task A_path_off_the_constraint_is_refused_by_the_surface_that_owns_it()
    {
        using var response = await Client.GetAsync("/samples/other");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("sample:NotFound", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_method_that_the_path_does_not_take_is_refused_by_the_surface_with_those_it_takes()
    {
        using var response = await Client.DeleteAsync("/samples");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("sample:MethodNotAllowed", await response.Content.ReadAsStringAsync());
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("OPTIONS", "/samples", "POST")]
    [InlineData("BREW", "/samples/", "POST")]
    [InlineData("POST", "/samples/S07", "GET")]
    [InlineData("POST", "/Samples/s07", "GET")]
    public async Task Any_method_is_refused_with_those_that_the_path_takes(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal([allowed], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("POST", "/samples/other")]
    [InlineData("DELETE", "/samples/S07/more")]
    [InlineData("BREW", "/samples/S07%2F")]
    public async Task Any_method_is_a_404_where_there_is_no_path(string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_path_of_no_surface_is_a_plain_404()
    {
        using var response = await Client.GetAsync("/elsewhere");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"error":"not found"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_timer_function_is_called_at_the_moment_of_its_schedule_and_not_before()
    {
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.False(_calls.Made.Reader.TryRead(out _));

        _clock.Advance(TimeSpan.FromSeconds(1));
        var (timer, ended) = await _calls.Made.Reader.ReadAsync();
        ended.SetResult();

        Assert.Equal(new DateTime(2026, 1, 1, 9, 28, 0, DateTimeKind.Utc), timer.ScheduleStatus!.Next);
    }

    [Fact]
    public async Task A_timer_function_that_still_runs_is_not_called_again()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        var (_, ended) = await _calls.Made.Reader.ReadAsync();

        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.False(_calls.Made.Reader.TryRead(out _));

        ended.SetResult();
        Assert.True(await IsCalledAgain());
    }

    [Fact]
    public async Task A_timer_function_that_failed_is_called_again()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        var (_, ended) = await _calls.Made.Reader.ReadAsync();

        ended.SetException(new InvalidOperationException("The sample fails."));

        Assert.True(await IsCalledAgain());
    }

    [Theory]
    [InlineData("SampleSchedule", "* * * * *", "holds \"* * * * *\"; it should hold six NCrontab fields")]
    [InlineData("SampleSchedule", "", "holds \"\"; it should")]
    [InlineData("Sample:Schedule", "soon", "holds \"soon\"")]
    [InlineData("Sample:Schedule", "", "holds \"\"")]
    public async Task A_schedule_that_cannot_be_read_is_named_at_start(string key, string schedule, string message)
    {
        await using var wrong = Build($"--{key}", schedule);

        var failure = await Assert.ThrowsAsync<SettingsException>(() => wrong.StartAsync());

        Assert.StartsWith(
            $"The setting {key.Replace(":", "__", StringComparison.Ordinal)} {message}",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_of_both_names_is_that_of_the_name_that_both_hosts_know()
    {
        await using var app = Build("--SampleSchedule", "0 * * * * *", "--Sample:Schedule", "soon");

        await app.StartAsync();
    }

    [Fact]
    public async Task A_schedule_that_is_not_set_is_named_at_start()
    {
        await using var wrong = Build();

        var failure = await Assert.ThrowsAsync<SettingsException>(() => wrong.StartAsync());

        Assert.StartsWith("The setting SampleSchedule is not set;", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("https://localhost:7071")]
    public void An_address_that_cannot_be_served_is_named_at_start(string urls)
    {
        var failure = Assert.Throws<SettingsException>(() => Build("--urls", urls));

        Assert.StartsWith($"The setting urls holds \"{urls}\"", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:7071", true)]
    [InlineData("http://LocalHost:7071;http://127.0.0.1:80", true)]
    [InlineData("http://127.9.9.9:7071", true)]
    [InlineData("http://[::1]:7071/", true)]
    [InlineData("http://0.0.0.0:7071", false)]
    [InlineData("http://[::]:7071", false)]
    [InlineData("http://*:7071", false)]
    [InlineData("http://+:7071", false)]
    [InlineData("http://192.168.1.4:7071", false)]
    [InlineData("http://localhost.:7071", false)]
    [InlineData("http://sessions.example.com:7071", false)]
    [InlineData("http://unix:/tmp/sessions.sock", false)]
    [InlineData("http://localhost:7071;http://*:7072", false)]
    public async Task The_development_account_and_local_targets_are_there_while_only_this_machine_can_reach_it(
        string urls, bool local)
    {
        string[] own =
        [
            "--Accounts:0:Id", "acme",
            "--Accounts:0:Sid", "AC00000000000000000000000000000002",
            "--Accounts:0:Secrets:0", "own-secret",
        ];
        if (!local)
        {
            var failure = Assert.Throws<SettingsException>(() => Build("--urls", urls));
            Assert.StartsWith("The setting Accounts__0__Id is not set;", failure.Message, StringComparison.Ordinal);
            Assert.Contains(urls, failure.Message, StringComparison.Ordinal);
        }

        await using var app = Build(["--urls", urls, .. local ? [] : own]);

        Assert.Equal(local ? "dev" : "acme", app.Configuration["Accounts:0:Id"]);
        var targets = app.Services.GetRequiredService<TargetPolicy>();
        Assert.Equal(local, targets.Allows(new Uri("http://127.0.0.1:9000/hook")));
        Assert.Equal(local, targets.Allows(new Uri("https://127.0.0.1:9000/hook")));
    }

    [Theory]
    [InlineData("Accounts:0:Secrets:1", "dev-secret")]
    [InlineData("Accounts:0:Tokens:0:Token", "dev-token")]
    [InlineData("Accounts:0:Tokens:0:Token", "dev-token-2")]
    public void The_secrets_that_everybody_knows_open_nothing_that_others_can_reach(string key, string secret)
    {
        string[] settings =
        [
            "--Accounts:0:Id", "acme", "--Accounts:0:Sid", TestAccounts.AcmeSid, "--Accounts:0:Secrets:0", "own",
            $"--{key}", secret,
        ];

        var failure = Assert.Throws<SettingsException>(() => Build(["--urls", "http://*:7071", .. settings]));

        Assert.StartsWith(
            $"The setting {key.Replace(":", "__", StringComparison.Ordinal)} holds \"{secret}\"",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public async Task In_an_app_on_Azure_it_serves_itself_only_when_it_is_told(string setting, bool serves)
    {
        string[] settings = ["--WEBSITE_SITE_NAME", "sessions", "--Hosting:SelfHosted", setting];
        if (!serves)
        {
            var failure = Assert.Throws<SettingsException>(() => Build(settings));
            Assert.Contains("Hosting__SelfHosted", failure.Message, StringComparison.Ordinal);
            return;
        }

        await using var app = Build(["--Sample:Schedule", "0 * * * * *", .. settings]);

        await app.StartAsync();
    }

    private WebApplication Build(params string[] args) =>
        SelfHost.Build(args, Configure, typeof(SampleFunctions).Assembly);

    private void Configure(WebApplicationBuilder builder)
    {
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(_clock).AddSingleton(_calls);
        builder.Services.AddSingleton<ISurface, SampleSurface>();
    }

    /// <summary>The host sets its next timer on a thread of its own, so the clock goes on until it has.</summary>
    private async Task<bool> IsCalledAgain()
    {
        var giveUp = Environment.TickCount64 + 10_000;
        while (!_calls.Made.Reader.TryPeek(out _) && Environment.TickCount64 < giveUp)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return _calls.Made.Reader.TryPeek(out _);
    }
}
