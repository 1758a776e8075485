using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Expiry;
using Sessions.Hosting;
using Sessions.Hosting.Worker;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>What a deployment makes is what the code expects.</summary>
[Collection(nameof(Templates))]
public sealed partial class DeploymentTests(Templates templates)
{
    private const string RoleAssignment = "Microsoft.Authorization/roleAssignments";

    /// <summary>An evaluation takes seconds, so most ask for two: as little as can be, and all of it.</summary>
    internal static (string, string)[] All { get; } =
    [
        ("AZURE_PRINCIPAL_TYPE", "Group"),
        ("SESSIONS_TOKEN_SUBJECT", "operations"),
        ("SESSIONS_TOKEN_SCOPES", "operator, rooms:read"),
        ("SESSIONS_TOKEN_PHONE_NUMBERS", "+17085852753,+17085854000"),
        ("SESSIONS_LIVEKIT_URL", "wss://livekit.example.com"),
        ("SESSIONS_LIVEKIT_API_KEY", "APIexample"),
        ("SESSIONS_LIVEKIT_API_SECRET", "the-livekit-secret"),
        ("SESSIONS_HLS_BASE_URL", "https://cdn.example.com/live"),
        ("SESSIONS_HLS_BUCKET", "streams"),
        ("SESSIONS_HLS_BUCKET_REGION", "eu-central-1"),
        ("SESSIONS_HLS_BUCKET_ACCESS_KEY", "AKIAEXAMPLE"),
        ("SESSIONS_HLS_BUCKET_SECRET", "the-bucket's-secret"),
        ("SESSIONS_CARRIER", "twilio"),
        ("SESSIONS_CARRIER_AUTH_TOKEN", "the-carrier's-token"),
        ("SESSIONS_CARRIER_API_KEY_SID", "SK00000000000000000000000000000009"),
        ("SESSIONS_CARRIER_API_KEY_SECRET", "the-carrier's-key"),
        ("SESSIONS_CARRIER_SIGNING_SECRET", "the-carrier's-signing-secret"),
        ("SESSIONS_CARRIER_SIGNATURE_HEADER", "X-Carrier-Signature"),
        ("SESSIONS_CORS_ORIGINS", "https://a.example.com, https://b.example.com"),
        ("SESSIONS_OTLP_ENDPOINT", "http://collector.internal:4317"),
        ("SESSIONS_VNET_ENABLED", "true"),
        ("SESSIONS_SCALE", "standard"),
        ("SESSIONS_MAXIMUM_UNITS", "50000"),
        ("SESSIONS_REGIONS", "North Europe, francecentral"),
        ("SESSIONS_ALWAYS_READY", "3"),
        ("SESSIONS_HTTP_CONCURRENCY", "250"),
        ("SESSIONS_USE_PLACEHOLDER", "false"),
        ("SESSIONS_EXPIRY_SCHEDULE", ""),
        ("SESSIONS_OUTBOX_SCHEDULE", "*/30 * * * * *"),
    ];

    [BicepFact]
    public async Task The_container_is_the_one_that_the_store_asks_for()
    {
        var container = (await templates.Deploy()).Properties(
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers")["resource"]!;
        var indexes = container["indexingPolicy"]!;

        AssertJson(container["partitionKey"], new
        {
            paths = new[] { ContainerDefinition.PartitionKeyPath },
            kind = "Hash",
            version = 2,
        });
        AssertJson(container["uniqueKeyPolicy"]!["uniqueKeys"], new[]
        {
            new { paths = new[] { ContainerDefinition.UniqueKeyPath } },
        });
        AssertJson(container["defaultTtl"], ContainerDefinition.DefaultTimeToLive);
        AssertJson(indexes["includedPaths"], ContainerDefinition.IncludedPaths.Select(path => new { path }));
        AssertJson(indexes["excludedPaths"], new[] { new { path = ContainerDefinition.ExcludedPath } });
        AssertJson(
            indexes["compositeIndexes"],
            ContainerDefinition.CompositeIndexes.Select(
                paths => paths.Select(path => new { path, order = "ascending" })));
    }

    [BicepFact]
    public async Task The_settings_start_the_app_and_its_account_and_token_are_accepted()
    {
        var deployment = await templates.Deploy(All);
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
        var (little, all) = (await templates.Deploy(), await templates.Deploy(All));

        var ours = little.Settings.Keys.Union(all.Settings.Keys).Where(name => OurSetting().IsMatch(name));

        Assert.Empty(ours.Select(name => Index().Replace(name, "__0")).Except(KnownSettings()));
    }

    [BicepFact]
    public async Task Every_timer_finds_a_schedule_whatever_was_set()
    {
        var deployment = await templates.Deploy(All);

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
        var settings = (await templates.Deploy(All)).Settings;

        Assert.Equal("https://cdn.example.com/live", settings["LiveKit__HlsBaseUrl"]);
        Assert.Equal(
            ("streams", "eu-central-1", "AKIAEXAMPLE"),
            (settings["LiveKit__S3__Bucket"], settings["LiveKit__S3__Region"], settings["LiveKit__S3__AccessKey"]));
        Assert.DoesNotContain(settings.Keys, key => key.StartsWith("LiveKit__Azure__", StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task With_a_LiveKit_server_nothing_is_simulated()
    {
        var settings = (await templates.Deploy(All)).Settings;

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
    public async Task Every_secret_is_a_reference_to_a_vault_that_keeps_what_is_deleted()
    {
        var deployment = await templates.Deploy(All);
        var vault = deployment.Properties("Microsoft.KeyVault/vaults");

        string[] secrets =
        [
            "Accounts__0__Secrets__0", "Accounts__0__SigningSecret", "Accounts__0__Tokens__0__Token",
            "LiveKit__ApiSecret", "LiveKit__S3__Secret",
            "Accounts__0__Carrier__AuthToken", "Accounts__0__Carrier__ApiKeySecret",
            "Accounts__0__Carrier__SigningSecret",
        ];
        Assert.All(secrets, name => Assert.Contains(
            "@Microsoft.KeyVault(SecretUri=", deployment.Settings[name], StringComparison.Ordinal));
        Assert.Equal(secrets.Length, deployment.Of("Microsoft.KeyVault/vaults/secrets").Count());
        Assert.True((bool)vault["enablePurgeProtection"]!);
        Assert.True((bool)vault["enableRbacAuthorization"]!);
    }

    [BicepFact]
    public async Task Keys_are_off_and_the_store_knows_the_data_role_alone()
    {
        var deployment = await templates.Deploy();
        var cosmos = deployment.Of("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments").ToArray();

        Assert.True((bool)deployment.Properties("Microsoft.DocumentDB/databaseAccounts")["disableLocalAuth"]!);
        Assert.False((bool)deployment.Properties("Microsoft.Storage/storageAccounts")["allowSharedKeyAccess"]!);
        Assert.True((bool)deployment.Properties("Microsoft.Insights/components")["DisableLocalAuth"]!);
        Assert.All(
            deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies"),
            policy => Assert.False((bool)policy["properties"]!["allow"]!));
        Assert.Equal(2, cosmos.Length);
        Assert.All(cosmos, role => Assert.EndsWith(
            "/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002",
            (string)role["properties"]!["roleDefinitionId"]!,
            StringComparison.Ordinal));
        Assert.DoesNotContain(
            deployment.Of(RoleAssignment), role => $"{role["id"]}".Contains("DocumentDB", StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task Every_role_says_what_it_is_given_to()
    {
        var deployment = await templates.Deploy(All);

        var types = deployment.Of(RoleAssignment).Select(role => (string)role["properties"]!["principalType"]!);

        Assert.Equal(
            ["Group", "ServicePrincipal", "ServicePrincipal", "ServicePrincipal"], types.Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public async Task With_the_virtual_network_nothing_else_leads_to_the_data()
    {
        var deployment = await templates.Deploy(All);

        string[] closed =
        [
            "Microsoft.DocumentDB/databaseAccounts", "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults",
        ];
        Assert.All(
            closed, type => Assert.Equal("Disabled", (string)deployment.Properties(type)["publicNetworkAccess"]!));
        Assert.Equal(closed.Length, deployment.Of("Microsoft.Network/privateEndpoints").Count());
    }

    [BicepFact]
    public async Task An_instance_takes_on_as_many_calls_as_it_was_set_to()
    {
        var (little, all) = (await templates.Deploy(), await templates.Deploy(All));

        Assert.Equal(100, Slots(little));
        Assert.Equal(250, Slots(all));
        static int Slots(Deployment deployment) =>
            (int)deployment.App["scaleAndConcurrency"]!["triggers"]!["http"]!["perInstanceConcurrency"]!;
    }

    [BicepFact]
    public async Task Placeholders_are_the_platforms_business_until_they_are_turned_off()
    {
        const string Setting = "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED";

        Assert.DoesNotContain(Setting, (await templates.Deploy()).Settings.Keys);
        Assert.Equal("0", (await templates.Deploy(All)).Settings[Setting]);
    }

    [BicepFact]
    public async Task Origins_of_pages_are_ours_to_answer_and_not_the_platforms()
    {
        var deployment = await templates.Deploy(All);

        Assert.Equal("https://a.example.com", deployment.Settings["Cors__Origins__0"]);
        Assert.Equal("https://b.example.com", deployment.Settings["Cors__Origins__1"]);
        Assert.Equal("http://collector.internal:4317", deployment.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Null(deployment.Properties("Microsoft.Web/sites")["siteConfig"]!["cors"]);
    }

    [BicepFact]
    public async Task Alerts_look_for_metrics_that_the_app_has_and_for_processes_that_die()
    {
        var rules = (await templates.Deploy()).Of("Microsoft.Insights/scheduledQueryRules");
        var queries = string.Join('\n', rules.Select(rule => rule["properties"]!["criteria"]!["allOf"]![0]!["query"]));

        var metrics = MetricName().Matches(queries).Select(match => match.Groups["name"].Value).ToArray();

        Assert.Equal(3, metrics.Length);
        Assert.Empty(metrics.Except(Metrics()));
        Assert.Contains("WorkerProcessExitException", queries, StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task The_app_runs_what_is_built()
    {
        var host = JsonNode.Parse(Repository.Read("host.json"))!;

        var runtime = (await templates.Deploy()).App["runtime"];

        AssertJson(runtime, new { name = "dotnet-isolated", version = $"{Environment.Version.Major}.0" });
        Assert.Equal("", (string)host["extensions"]!["http"]!["routePrefix"]!);
    }

    private static void AssertJson<T>(JsonNode? actual, T expected) =>
        Assert.Equal(JsonSerializer.Serialize(expected), actual?.ToJsonString());

    private static List<string> Metrics()
    {
        List<string> names = [];
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => names.Add(instrument.Name) };
        using var services = new ServiceCollection()
            .AddMetrics().AddSingleton<ExpiryMetrics>().AddSingleton<RequestMetrics>().BuildServiceProvider();
        services.GetRequiredService<ExpiryMetrics>();
        services.GetRequiredService<RequestMetrics>();
        listener.Start();
        return names;
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

    [GeneratedRegex("name == \"(?<name>sessions\\.[^\"]*)\"")]
    private static partial Regex MetricName();
}
