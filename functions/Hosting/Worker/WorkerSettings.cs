using Microsoft.Extensions.Configuration;
using Sessions.CamaraWebRtc.Simulator;
using Sessions.Configuration;
using Sessions.LiveStream;
using Sessions.Outbox;

namespace Sessions.Hosting.Worker;

/// <summary>What a Functions host's worker asks of its settings beyond what the program always does.</summary>
public static class WorkerSettings
{
    /// <summary>
    /// Refuses what has a default where the program serves itself: accounts, whose secrets everybody knows, a store,
    /// the timers' schedules, and what is only pretended: LiveKit, and people who take calls. On Azure an instance's
    /// disk goes with the instance, and every instance has another: SQLite is refused there in any case, and so are
    /// events to local addresses.
    /// </summary>
    /// <exception cref="SettingsException">Something is missing; the message says what.</exception>
    public static void CheckWorkerSettings(this IConfiguration configuration)
    {
        var isOnAzure = FunctionsHost.IsOnAzure(configuration);
        if (isOnAzure)
        {
            configuration.RequireOwnAccounts("this is on Azure");
        }
        else
        {
            configuration.RequireAccounts("a Functions host started this");
        }

        var hasCosmos = HasText(configuration["Cosmos:Endpoint"]) || HasText(configuration["Cosmos:ConnectionString"]);
        if (!hasCosmos && (isOnAzure || !HasText(configuration["Sqlite:Path"])))
        {
            throw SettingsException.Missing("Cosmos:Endpoint", isOnAzure
                ? "be the Cosmos DB account's address: what is in a file here is lost with the instance"
                : "be the Cosmos DB account's address; on your own machine set Sqlite__Path instead");
        }

        if (isOnAzure && OutboxSettings.From(configuration).AllowLocal)
        {
            throw SettingsException.For(
                "Outbox:LocalTargets", "true",
                "not be there: events would go where only Azure's own machines can reach");
        }

        TimerSchedules.Check(FunctionDeclaration.Own, configuration);
        LiveKitSettings.CheckReal(configuration);
        NetworkSimulator.CheckNotWanted(configuration);
    }

    private static bool HasText(string? value) => !string.IsNullOrWhiteSpace(value);
}
