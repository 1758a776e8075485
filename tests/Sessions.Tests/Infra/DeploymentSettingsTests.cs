using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Hosting;
using Sessions.Hosting.Worker;
using Sessions.Http.Accounts;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>The settings that a deployment gives the app are ones that the code knows, and starts with.</summary>
[Collection(nameof(Templates))]
public sealed partial class DeploymentSettingsTests(Templates templates)
{
    [BicepFact]
    public async Task The_settings_start_the_app_and_its_account_and_token_are_accepted()
    {
        var deployment = await templates.Deploy(AzdEnvironment.All);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(deployment.AsRead()).Build();

        settings.CheckWorkerSettings();
        await using var services = new ServiceCollection().AddLogging().AddSessions(settings).BuildServiceProvider();
        var credentials = services.GetRequiredService<Credentials>();

        Assert.NotNull(credentials.Basic("AC00000000000000000000000000000001", AzdEnvironment.Secret));
        var bearer = credentials.Token(AzdEnvironment.Token, DateTimeOffset.UnixEpoch);
        Assert.Equal("operations", bearer!.Subject);
        Assert.Equal(["operator", "rooms:read"], bearer.Scopes);
        Assert.Equal(["+17085852753", "+17085854000"], bearer.PhoneNumbers);
    }

    [BicepFact]
    public async Task Every_setting_of_ours_is_one_that_the_code_knows()
    {
        var (little, all) = (await templates.Deploy(), await templates.Deploy(AzdEnvironment.All));

        var ours = little.Settings.Keys.Union(all.Settings.Keys).Where(name => OurSetting().IsMatch(name));

        Assert.Empty(ours.Select(name => Index().Replace(name, "__0")).Except(KnownSettings()));
    }

    [BicepFact]
    public async Task Every_timer_finds_a_schedule_whatever_was_set()
    {
        var deployment = await templates.Deploy(AzdEnvironment.All);

        var schedules = deployment.Settings
            .Where(setting => setting.Key.EndsWith("Schedule", StringComparison.Ordinal))
            .ToDictionary();

        Assert.Equal(Schedules().Order(StringComparer.Ordinal), schedules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("0 */5 * * * *", schedules["ExpirySchedule"]);
        Assert.Equal("*/30 * * * * *", schedules["OutboxSchedule"]);
        Assert.Equal("0 * * * * *", schedules["LiveStreamSchedule"]);
    }

    /// <summary>A nested name would leave the timers asleep on Azure: its scale controller cannot resolve it.</summary>
    [Fact]
    public void Every_schedule_is_a_setting_of_a_plain_name_that_the_sample_explains()
    {
        Assert.NotEmpty(Schedules());
        Assert.All(Schedules(), name => Assert.Matches("^[A-Za-z]+$", name));
        Assert.Empty(Schedules().Except(KnownSettings()));
    }

    [BicepFact]
    public async Task Without_a_LiveKit_server_the_app_is_told_so_aloud()
    {
        var settings = (await templates.Deploy()).Settings;

        Assert.Equal("true", settings["LiveKit__Simulated"]);
        Assert.DoesNotContain("LiveKit__Url", settings.Keys);
        Assert.Equal("0 0 0 1 1 *", settings["LiveStreamSchedule"]);
    }

    [BicepFact]
    public async Task Hls_and_recordings_go_to_the_bucket_that_was_named_and_to_no_container()
    {
        var settings = (await templates.Deploy(AzdEnvironment.All)).Settings;

        Assert.Equal("https://cdn.example.com/live", settings["LiveKit__HlsBaseUrl"]);
        Assert.Equal(
            ("streams", "eu-central-1", "AKIAEXAMPLE"),
            (settings["LiveKit__S3__Bucket"], settings["LiveKit__S3__Region"], settings["LiveKit__S3__AccessKey"]));
        Assert.DoesNotContain(settings.Keys, key => key.StartsWith("LiveKit__Azure__", StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task With_a_LiveKit_server_nothing_is_simulated()
    {
        var settings = (await templates.Deploy(AzdEnvironment.All)).Settings;

        Assert.Equal("wss://livekit.example.com", settings["LiveKit__Url"]);
        Assert.DoesNotContain("LiveKit__Simulated", settings.Keys);
    }

    [BicepFact]
    public async Task A_LiveKit_server_without_its_key_is_refused_before_anything_is_made()
    {
        var deployment = await templates.Deploy(("SESSIONS_LIVEKIT_URL", "wss://livekit.example.com"));

        Assert.Contains("set SESSIONS_LIVEKIT_API_KEY and", deployment.Refusal, StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task A_carrier_without_its_key_is_refused_before_anything_is_made()
    {
        var deployment = await templates.Deploy(("SESSIONS_CARRIER", "twilio"));

        Assert.Contains("set SESSIONS_CARRIER_AUTH_TOKEN", deployment.Refusal, StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task Placeholders_are_the_platforms_business_until_they_are_turned_off()
    {
        const string Setting = "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED";

        Assert.DoesNotContain(Setting, (await templates.Deploy()).Settings.Keys);
        Assert.Equal("0", (await templates.Deploy(AzdEnvironment.All)).Settings[Setting]);
    }

    [BicepFact]
    public async Task Origins_of_pages_are_ours_to_answer_and_not_the_platforms()
    {
        var deployment = await templates.Deploy(AzdEnvironment.All);

        Assert.Equal("https://a.example.com", deployment.Settings["Cors__Origins__0"]);
        Assert.Equal("https://b.example.com", deployment.Settings["Cors__Origins__1"]);
        Assert.Equal("http://collector.internal:4317", deployment.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Null(deployment.Properties("Microsoft.Web/sites")["siteConfig"]!["cors"]);
    }

    /// <summary>The settings that timer functions refer to, as <c>%ExpirySchedule%</c>.</summary>
    private static List<string> Schedules() =>
    [
        .. FunctionDeclaration.Own
            .Select(function => function.Timer?.Schedule.Trim('%'))
            .OfType<string>(),
    ];

    /// <summary>The sample lists and explains every setting that the code reads.</summary>
    private static List<string> KnownSettings()
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        return [.. sample.RootElement.GetProperty("Values").EnumerateObject().Select(setting => setting.Name)];
    }

    [GeneratedRegex("^(?!AzureWebJobs)[A-Z][A-Za-z]+__")]
    private static partial Regex OurSetting();

    [GeneratedRegex("__[0-9]+$")]
    private static partial Regex Index();
}
