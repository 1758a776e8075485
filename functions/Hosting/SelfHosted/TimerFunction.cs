using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NCrontab;
using Sessions.Configuration;

namespace Sessions.Hosting.SelfHosted;

/// <summary>A function that the clock calls.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Schedule">When to call it, UTC.</param>
/// <param name="RunOnStartup">Whether to call it at start, too.</param>
/// <param name="Call">The function.</param>
internal sealed record TimerFunction(
    string Name, CrontabSchedule Schedule, bool RunOnStartup, Func<TimerInfo, CancellationToken, Task> Call)
{
    private const string Expected = "hold six NCrontab fields, seconds first, such as \"0 * * * * *\" for every minute";

    /// <summary>Makes the timer functions among these ready to call.</summary>
    /// <exception cref="SettingsException">
    /// A schedule cannot be read, or the setting that it refers to is not there.
    /// </exception>
    public static IEnumerable<TimerFunction> From(IEnumerable<FunctionDeclaration> functions, IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        foreach (var function in functions)
        {
            if (function.Timer is { } trigger)
            {
                var schedule = Read(trigger.Schedule, function.Name, configuration);
                yield return new(function.Name, schedule, trigger.RunOnStartup, function.TimerCall(services));
            }
        }
    }

    /// <summary>
    /// Azure's scale controller, which wakes an app for its timers, finds a setting that a schedule refers to by its
    /// plain name alone. So <c>%ExpirySchedule%</c> refers to <c>ExpirySchedule</c> there; here that is the setting
    /// <c>Expiry__Schedule</c>, named like all others.
    /// </summary>
    private static CrontabSchedule Read(string schedule, string function, IConfiguration configuration)
    {
        var (key, expression) = KeyOf(schedule) is { } name ? (name, configuration[name]) : (function, schedule);
        return CrontabSchedule.TryParse(expression ?? "", new() { IncludingSeconds = true })
            ?? throw (expression is null
                ? SettingsException.Missing(key, Expected)
                : SettingsException.For(key, expression, Expected));
    }

    private static string? KeyOf(string schedule) =>
        schedule is ['%', .. var name, '%'] ? Regex.Replace(name, "(?<=[a-z])Schedule$", ":Schedule") : null;
}
