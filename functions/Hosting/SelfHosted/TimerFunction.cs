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
    /// <summary>Makes the timer functions among these ready to call.</summary>
    /// <exception cref="SettingsException">A schedule cannot be read, or is not there.</exception>
    public static IEnumerable<TimerFunction> From(IEnumerable<FunctionDeclaration> functions, IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        return
            from function in functions
            where function.Timer is not null
            select new TimerFunction(
                function.Name,
                TimerSchedules.Read(function, configuration),
                function.Timer!.RunOnStartup,
                function.TimerCall(services));
    }
}
