using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.LiveStream;

namespace Sessions.Hosting;

/// <summary>
/// What the cloud build asks of its settings beyond what both builds do. It is compiled into both, so that it can be
/// tested.
/// </summary>
public static class WorkerSettings
{
    /// <summary>
    /// Refuses what the local host has a default for: accounts, whose secrets everybody knows, a store, the timers'
    /// schedules, and LiveKit as it is pretended. On Azure an instance's disk goes with the instance, and every
    /// instance has another: SQLite is refused there in any case. A timer without a schedule is one that the Functions
    /// host leaves out, and says so in a line of its log.
    /// </summary>
    /// <exception cref="SettingsException">Something is missing; the message says what.</exception>
    public static void CheckWorkerSettings(this IConfiguration configuration)
    {
        if (!configuration.GetSection("Accounts").Exists())
        {
            throw SettingsException.Missing("Accounts:0:Id", "name your first account; docs/azure.md says how");
        }

        var hasCosmos = HasText(configuration["Cosmos:Endpoint"]) || HasText(configuration["Cosmos:ConnectionString"]);
        var isOnAzure = HasText(configuration["WEBSITE_SITE_NAME"]);
        if (!hasCosmos && (isOnAzure || !HasText(configuration["Sqlite:Path"])))
        {
            throw SettingsException.Missing("Cosmos:Endpoint", isOnAzure
                ? "be the Cosmos DB account's address: what is in a file here is lost with the instance"
                : "be the Cosmos DB account's address; on your own machine set Sqlite__Path instead");
        }

        foreach (var timer in FunctionDeclaration.Own.Where(function => function.Timer is not null))
        {
            var schedule = timer.Timer!.Schedule.Trim('%');
            if (!HasText(configuration[schedule]))
            {
                throw SettingsException.Missing(
                    schedule, $"hold six NCrontab fields, such as \"0 */5 * * * *\": {timer.Name} never ran else");
            }
        }

        LiveKitSettings.CheckReal(configuration);
    }

    private static bool HasText(string? value) => !string.IsNullOrWhiteSpace(value);
}
