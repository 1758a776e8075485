using Microsoft.Extensions.Configuration;
using NCrontab;
using Sessions.Configuration;

namespace Sessions.Hosting;

/// <summary>When the timer functions are called. Their attributes name a setting, as <c>%ExpirySchedule%</c>.</summary>
internal static class TimerSchedules
{
    private const string Expected = "hold six NCrontab fields, seconds first, such as \"0 * * * * *\" for every minute";

    /// <summary>The schedule, by its setting or by the name that the setting had before.</summary>
    /// <exception cref="SettingsException">It is not set, or is none.</exception>
    public static CrontabSchedule Read(FunctionDeclaration timer, IConfiguration configuration)
    {
        var key = KeyOf(timer);
        var before = $"{key[..^"Schedule".Length]}:Schedule";
        return Parse(configuration[key] is null && configuration[before] is not null ? before : key, configuration);
    }

    /// <summary>
    /// Refuses a schedule that a Functions host could not use, and would tell in a line of its log: it serves all the
    /// rest without that timer. It looks nowhere but in the setting itself.
    /// </summary>
    /// <exception cref="SettingsException">One is not set, or is none.</exception>
    public static void Check(IEnumerable<FunctionDeclaration> functions, IConfiguration configuration)
    {
        foreach (var timer in functions.Where(function => function.Timer is not null))
        {
            Parse(KeyOf(timer), configuration);
        }
    }

    private static CrontabSchedule Parse(string key, IConfiguration configuration)
    {
        var expression = configuration[key] ?? throw SettingsException.Missing(key, Expected);
        return CrontabSchedule.TryParse(expression, new() { IncludingSeconds = true })
            ?? throw SettingsException.For(key, expression, Expected);
    }

    private static string KeyOf(FunctionDeclaration timer) => timer.Timer!.Schedule.Trim('%');
}
