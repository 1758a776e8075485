using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NCrontab;
using Sessions.Configuration;

namespace Sessions.Hosting.Local;

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
                var instance = services.GetRequiredService(function.Method.DeclaringType!);
                var call = function.Method.CreateDelegate<Func<TimerInfo, CancellationToken, Task>>(instance);
                var schedule = Read(trigger.Schedule, function.Name, configuration);
                yield return new(function.Name, schedule, trigger.RunOnStartup, call);
            }
        }
    }

    /// <summary>
    /// The Functions host looks up what stands between percent signs in its configuration as it is, where the
    /// environment's double underscores have become colons. So the reference is <c>%Expiry:Schedule%</c>.
    /// </summary>
    private static CrontabSchedule Read(string schedule, string function, IConfiguration configuration)
    {
        var (key, expression) =
            schedule is ['%', .. var name, '%'] ? (name, configuration[name]) : (function, schedule);
        return CrontabSchedule.TryParse(expression ?? "", new() { IncludingSeconds = true })
            ?? throw (expression is null
                ? SettingsException.Missing(key, Expected)
                : SettingsException.For(key, expression, Expected));
    }
}
