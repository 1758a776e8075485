using System.Globalization;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Infra;

/// <summary>What a deployment of each scale makes, and what goes together with none.</summary>
[Collection(nameof(Templates))]
public sealed class ScaleTests(Templates templates)
{
    private const string Account = "Microsoft.DocumentDB/databaseAccounts";
    private const string Container = $"{Account}/sqlDatabases/containers";
    private const string MetricAlerts = "Microsoft.Insights/metricAlerts";

    // What else there is to standard: no settings of its own, and no zones. A carrier that is but an address, too.
    private static readonly (string, string)[] _plain =
    [
        ("SESSIONS_SCALE", "standard"),
        ("SESSIONS_ZONE_REDUNDANT", "false"),
        ("SESSIONS_CONSISTENCY", "BoundedStaleness"),
        ("SESSIONS_CARRIER", "webhook"),
        ("SESSIONS_CARRIER_WEBHOOK_URL", "https://user:password@texts.example.com/"),
    ];

    [BicepFact]
    public async Task Small_is_serverless_in_one_region_and_nothing_waits_for_calls()
    {
        var small = await templates.Deploy();
        var account = small.Properties(Account);

        AssertJson("""[{"name":"EnableServerless"}]""", account["capabilities"]);
        AssertJson(
            """[{"locationName":"westeurope","failoverPriority":0,"isZoneRedundant":false}]""", account["locations"]);
        AssertJson("{}", small.Properties(Container)["options"]);
        AssertJson("[]", small.App["scaleAndConcurrency"]!["alwaysReady"]);
        Assert.False((bool)small.Properties("Microsoft.Web/serverfarms")["zoneRedundant"]!);
        Assert.Equal("Standard_LRS", Sku(small));
        Assert.Equal("5000", small.Settings["Cosmos__UnitsPerSecond"]);
        Assert.DoesNotContain("Cosmos__Regions__0", small.Settings.Keys);
        Assert.Single(small.Of(MetricAlerts));
    }

    [BicepFact]
    public async Task Standard_has_a_ceiling_and_instances_that_are_ready_without_being_told_how_many()
    {
        var standard = await templates.Deploy(_plain);
        var account = standard.Properties(Account);

        AssertJson("[]", account["capabilities"]);
        AssertJson("""{"autoscaleSettings":{"maxThroughput":10000}}""", standard.Properties(Container)["options"]);
        AssertJson(
            """[{"name":"http","instanceCount":2}]""", standard.App["scaleAndConcurrency"]!["alwaysReady"]);
        Assert.Equal("10000", standard.Settings["Cosmos__UnitsPerSecond"]);
        Assert.DoesNotContain("Cosmos__Regions__0", standard.Settings.Keys);
        Assert.False((bool)account["enableAutomaticFailover"]!);
        Assert.Equal((10, 5), Staleness(account));
    }

    [BicepFact]
    public async Task Standard_is_spread_over_regions_and_zones_and_one_region_takes_the_writes()
    {
        var standard = await templates.Deploy(AzdEnvironment.All);
        var account = standard.Properties(Account);

        Assert.Equal(
            [("westeurope", 0, true), ("northeurope", 1, true), ("francecentral", 2, true)],
            account["locations"]!.AsArray().Select(region => (
                (string)region!["locationName"]!,
                (int)region["failoverPriority"]!,
                (bool)region["isZoneRedundant"]!)));
        Assert.False((bool)account["enableMultipleWriteLocations"]!);
        Assert.True((bool)account["enableAutomaticFailover"]!);
        Assert.True((bool)account["enablePerRegionPerPartitionAutoscale"]!);
        Assert.Equal((100_000, 300), Staleness(account));
        Assert.Equal(
            ["westeurope", "northeurope", "francecentral"],
            Enumerable.Range(0, 3).Select(index => standard.Settings[Name(index)]));
        Assert.Equal("50000", standard.Settings["Cosmos__UnitsPerSecond"]);
        Assert.True((bool)standard.Properties("Microsoft.Web/serverfarms")["zoneRedundant"]!);
        Assert.Equal("Standard_ZRS", Sku(standard));
        Assert.Equal(3, (int)standard.App["scaleAndConcurrency"]!["alwaysReady"]![0]!["instanceCount"]!);
        static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"Cosmos__Regions__{index}");
    }

    [BicepFact]
    public async Task Standard_tells_before_its_units_are_used_up_and_before_a_partition_is_full()
    {
        var standard = await templates.Deploy(AzdEnvironment.All);

        var units = standard.Of(MetricAlerts).Select(
            alert => (string)alert["properties"]!["criteria"]!["allOf"]![0]!["metricName"]!);
        var queries = standard.Of("Microsoft.Insights/scheduledQueryRules").Select(
            alert => (string)alert["properties"]!["criteria"]!["allOf"]![0]!["query"]!);

        Assert.Equal(["NormalizedRUConsumption", "TotalRequests"], units.Order(StringComparer.Ordinal));
        Assert.Contains(queries, query => query.Contains("CDBPartitionKeyStatistics", StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task A_carrier_that_is_an_address_is_kept_in_the_vault_and_nothing_else_of_a_carrier()
    {
        var carrier = (await templates.Deploy(_plain)).Settings
            .Where(setting => setting.Key.StartsWith("Accounts__0__Carrier__", StringComparison.Ordinal))
            .Where(setting => setting.Value is not "")
            .ToDictionary();

        Assert.Equal(2, carrier.Count);
        Assert.Equal("webhook", carrier["Accounts__0__Carrier__Name"]);
        Assert.Contains("@Microsoft.KeyVault(", carrier["Accounts__0__Carrier__WebhookUrl"], StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task What_small_cannot_have_is_refused_before_anything_is_made()
    {
        var deployment = await templates.Deploy(("SESSIONS_REGIONS", "northeurope"));

        Assert.Contains("SESSIONS_REGIONS needs SESSIONS_SCALE standard", deployment.Refusal, StringComparison.Ordinal);
    }

    /// <summary>All in one evaluation, since each takes seconds.</summary>
    [BicepFact]
    public async Task Each_wrong_combination_is_told_as_what_it_is()
    {
        (string Call, string Problem)[] cases =
        [
            ("problemOfSmall(0, '', 0)", ""),
            ("problemOfSmall(1000, '', 0)", "SESSIONS_MAXIMUM_UNITS needs"),
            ("problemOfSmall(0, 'northeurope', 0)", "SESSIONS_REGIONS needs"),
            ("problemOfSmall(0, '', 1)", "SESSIONS_ALWAYS_READY needs"),
            (Standard("0", "", "Strong", 0), ""),
            (Standard("1500", "", "Strong", 0), "by whole thousands"),
            (Standard("4000", "north europe", "Session", 0), ""),
            (Standard("4000", "north europe", "BoundedStaleness", 40), ""),
            (Standard("4000", "North Europe, francecentral", "Strong", 0), ""),
            (Standard("4000", "north europe", "Strong", 0), "Strong over two regions"),
            (Standard("4000", "West Europe", "Session", 0), "names each further region once"),
            (Standard("4000", "northeurope, North Europe", "Session", 0), "names each further region once"),
            (Standard("4000", "northeurope,", "Session", 0), "names each further region once"),
            (Standard("4000", "", "Strong", 41), "is more than SESSIONS_MAXIMUM_INSTANCES"),
        ];
        var tags = (await templates.Evaluate($$"""
            targetScope = 'subscription'
            import { problemOfSmall, problemOfStandard, regionsOf } from 'modules/scale.bicep'
            resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
              name: 'problems'
              location: 'westeurope'
              tags: {
                {{string.Join("\n    ", cases.Select((each, index) => $"c{index}: {each.Call}"))}}
              }
            }
            """)).Tags("Microsoft.Resources/resourceGroups");

        Assert.All(cases, (each, index) =>
        {
            var told = (string)tags[$"c{index}"]!;
            Assert.Contains(each.Problem, told, StringComparison.Ordinal);
            Assert.Equal(each.Problem is "", told is "");
        });
        static string Standard(string units, string further, string consistency, int ready) =>
            $"problemOfStandard({units}, regionsOf('westeurope', '{further}'), '{consistency}', {ready}, 40)";
    }

    private static string Sku(Deployment deployment) =>
        (string)Assert.Single(deployment.Of("Microsoft.Storage/storageAccounts"))["sku"]!["name"]!;

    private static (int Prefix, int Seconds) Staleness(JsonNode account) => (
        (int)account["consistencyPolicy"]!["maxStalenessPrefix"]!,
        (int)account["consistencyPolicy"]!["maxIntervalInSeconds"]!);

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.Equal(expected, actual?.ToJsonString());
}
