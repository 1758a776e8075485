using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Expiry;
using Sessions.Hosting;
using Sessions.Http;
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
        "Cosmos__Container", "Cosmos__Database", "Cosmos__Endpoint",
    ];

    [Fact]
    public async Task The_templates_are_well_formed_and_fit_the_code()
    {
        var report = await NodeScript.Run(
            "infra.test.mjs", new Dictionary<string, string> { ["CODE"] = Code() }, "infra");

        Assert.True(report is { Failed: 0, Passed: > 0, ExitCode: 0 }, $"{report}");
    }

    /// <summary>A nested name would leave the timers asleep on Azure: its scale controller cannot resolve it.</summary>
    [Fact]
    public void Every_timer_has_its_schedule_in_a_setting_of_a_plain_name_that_the_sample_explains()
    {
        Assert.NotEmpty(Schedules());
        Assert.All(Schedules(), name => Assert.Matches("^[A-Za-z]+$", name));
        Assert.Empty(Schedules().Except(KnownSettings()));
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
        ["schedules"] = Schedules(),
        ["metrics"] = Metrics(),
        ["runtime"] = $"{Environment.Version.Major}.0",
    });

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
}
