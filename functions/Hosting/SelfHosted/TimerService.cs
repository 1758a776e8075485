using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NCrontab;
using Sessions.Configuration;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// Calls each timer function on its schedule, never twice at once. A call that takes longer than the schedule's step
/// makes the next ones fall out; a call that fails is logged, and the next one comes all the same.
/// </summary>
/// <remarks>
/// No BackgroundService: when the start is over, every timer is set, so that a test may move the clock.
/// </remarks>
internal sealed partial class TimerService(
    IReadOnlyList<TimerFunction> timers, TimeProvider time, ILogger logger) : IHostedService, IDisposable
{
    /// <summary>A timer's own limit is 49 days; a schedule may be a year apart.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(timers.Select(Run));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task Run(TimerFunction timer)
    {
        var last = Now;
        if (timer.RunOnStartup)
        {
            await Call(timer, last);
        }

        while (!_stopping.IsCancellationRequested)
        {
            var next = timer.Schedule.GetNextOccurrence(Now);
            await WaitUntil(next);
            await Call(timer, last);
            last = next;
        }
    }

    private async Task WaitUntil(DateTime moment)
    {
        for (var left = moment - Now; left > TimeSpan.Zero; left = moment - Now)
        {
            // A delay counts whole milliseconds: rounded down, the last part of one would spin.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.Delay(wait < _longestWait ? wait : _longestWait, time, _stopping.Token);
        }
    }

    private async Task Call(TimerFunction timer, DateTime last)
    {
        var now = Now;
        var next = timer.Schedule.GetNextOccurrence(now);
        var status = new ScheduleStatus { Last = last, Next = next, LastUpdated = now };
        try
        {
            await timer.Call(new TimerInfo { ScheduleStatus = status }, _stopping.Token);
        }
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            LogFailure(failure, timer.Name);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The timer function {Function} failed; it is called again on its schedule.")]
    private partial void LogFailure(Exception failure, string function);
}

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
