using System.Globalization;
using System.Text.Json;
using NCrontab;

namespace Sessions.HostStandIn;

/// <summary>
/// Calls the functions whose time has come, none of them twice at once. One whose schedule cannot be read is disabled,
/// and everything else goes on.
/// </summary>
internal sealed class TimerTriggers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<string> _disabled = [];
    private readonly WorkerClient _worker;
    private readonly TimeProvider _time;
    private readonly Task _running;

    /// <summary>Sets all timers.</summary>
    public TimerTriggers(
        IReadOnlyList<HostedFunction> functions,
        IReadOnlyDictionary<string, string> settings,
        WorkerClient worker,
        TimeProvider time)
    {
        _worker = worker;
        _time = time;
        _running = Task.WhenAll([.. Scheduled(functions, settings).Select(each => Run(each.Function, each.Schedule))]);
    }

    /// <summary>What the host says of those that it could not set.</summary>
    public IReadOnlyList<string> Disabled => _disabled;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Calls a function now, and waits until it is over.</summary>
    public Task<bool> Fire(HostedFunction function, DateTime last, DateTime next) => _worker.Invoke(
        function, Guid.NewGuid().ToString(), new() { Json = TimerInfo(last, next, Now) }, _stopping.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private List<(HostedFunction Function, CrontabSchedule Schedule)> Scheduled(
        IReadOnlyList<HostedFunction> functions, IReadOnlyDictionary<string, string> settings)
    {
        List<(HostedFunction, CrontabSchedule)> scheduled = [];
        foreach (var function in functions.Where(function => function.Trigger.IsTimer))
        {
            var text = function.Trigger.Schedule is ['%', .. var key, '%']
                ? settings.GetValueOrDefault(key)
                : function.Trigger.Schedule;
            if (CrontabSchedule.TryParse(text ?? "", new() { IncludingSeconds = true }) is { } schedule)
            {
                scheduled.Add((function, schedule));
            }
            else
            {
                _disabled.Add($"Function 'Functions.{function.Name}' failed indexing and will be disabled");
            }
        }

        return scheduled;
    }

    private async Task Run(HostedFunction function, CrontabSchedule schedule)
    {
        var last = Now;
        if (function.Trigger.RunOnStartup)
        {
            await Fire(function, last, schedule.GetNextOccurrence(last));
        }

        while (true)
        {
            var next = schedule.GetNextOccurrence(Now);
            await WaitUntil(next);
            await Fire(function, last, schedule.GetNextOccurrence(next));
            last = next;
        }
    }

    // A timer of .NET waits for 49 days at most, and no schedule is worth more than one.
    private async Task WaitUntil(DateTime moment)
    {
        for (var left = moment - Now; left > TimeSpan.Zero; left = moment - Now)
        {
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.Delay(wait.TotalDays < 1 ? wait : TimeSpan.FromDays(1), _time, _stopping.Token);
        }
    }

    private static string TimerInfo(DateTime last, DateTime next, DateTime now) => JsonSerializer.Serialize(new
    {
        Schedule = new { AdjustForDST = true },
        ScheduleStatus = new { Last = Text(last), LastUpdated = Text(now), Next = Text(next) },
        IsPastDue = false,
    });

    private static string Text(DateTime moment) => moment.ToString("O", CultureInfo.InvariantCulture);
}
