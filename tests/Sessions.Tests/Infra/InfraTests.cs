using System.Text.Json;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Clients;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>The templates fit the code. tests/infra reads them with Bicep's grammar, without its compiler.</summary>
public sealed class InfraTests
{
    private static readonly string[] _needed =
    [
        "Accounts__0__Id", "Accounts__0__Secrets__0", "Accounts__0__Sid", "Accounts__0__SigningSecret",
        "Cosmos__Container", "Cosmos__Database", "Cosmos__Endpoint", "Expiry__Schedule", "Outbox__Schedule",
    ];

    [Fact]
    public async Task The_templates_are_well_formed_and_fit_the_code()
    {
        var report = await NodeScript.Run(
            "infra.test.mjs", new Dictionary<string, string> { ["CODE"] = Code() }, "infra");

        Assert.True(report is { Failed: 0, Passed: > 0, ExitCode: 0 }, $"{report}");
    }

    private static string Code() => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["partitionKey"] = ContainerDefinition.PartitionKeyPath,
        ["uniqueKey"] = ContainerDefinition.UniqueKeyPath,
        ["defaultTtl"] = ContainerDefinition.DefaultTimeToLive,
        ["includedPaths"] = ContainerDefinition.IncludedPaths,
        ["excludedPath"] = ContainerDefinition.ExcludedPath,
        ["compositeIndexes"] = ContainerDefinition.CompositeIndexes,
        ["settings"] = KnownSettings(),
        ["neededSettings"] = _needed,
        ["runtime"] = $"{Environment.Version.Major}.0",
    });

    /// <summary>The sample lists and explains every setting that the code reads.</summary>
    private static List<string> KnownSettings()
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        return [.. sample.RootElement.GetProperty("Values").EnumerateObject().Select(setting => setting.Name)];
    }
}
