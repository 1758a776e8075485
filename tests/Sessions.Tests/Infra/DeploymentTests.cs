using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Expiry;
using Sessions.Http;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>What a deployment makes is what the code expects, and nobody else gets at it.</summary>
[Collection(nameof(Templates))]
public sealed partial class DeploymentTests(Templates templates)
{
    private const string RoleAssignment = "Microsoft.Authorization/roleAssignments";

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
    public async Task Every_secret_is_a_reference_to_a_vault_that_keeps_what_is_deleted()
    {
        var deployment = await templates.Deploy(AzdEnvironment.All);
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
        var deployment = await templates.Deploy(AzdEnvironment.All);

        var types = deployment.Of(RoleAssignment).Select(role => (string)role["properties"]!["principalType"]!);

        Assert.Equal(
            ["Group", "ServicePrincipal", "ServicePrincipal", "ServicePrincipal"], types.Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public async Task With_the_virtual_network_nothing_else_leads_to_the_data()
    {
        var deployment = await templates.Deploy(AzdEnvironment.All);

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
        var (little, all) = (await templates.Deploy(), await templates.Deploy(AzdEnvironment.All));

        Assert.Equal(100, Slots(little));
        Assert.Equal(250, Slots(all));
        static int Slots(Deployment deployment) =>
            (int)deployment.App["scaleAndConcurrency"]!["triggers"]!["http"]!["perInstanceConcurrency"]!;
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

    // Other tests of this process publish theirs meanwhile.
    private static IReadOnlyList<string> Metrics()
    {
        var names = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) => names.Enqueue(instrument.Name),
        };
        using var services = new ServiceCollection()
            .AddMetrics().AddSingleton<ExpiryMetrics>().AddSingleton<RequestMetrics>().BuildServiceProvider();
        services.GetRequiredService<ExpiryMetrics>();
        services.GetRequiredService<RequestMetrics>();
        listener.Start();
        return [.. names];
    }

    [GeneratedRegex("name == \"(?<name>sessions\\.[^\"]*)\"")]
    private static partial Regex MetricName();
}
