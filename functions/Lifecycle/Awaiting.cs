using System.Runtime.CompilerServices;

namespace Sessions.Lifecycle;

/// <summary>
/// Waits for what others complete. Unlike with <c>WhenAll</c> and <c>WaitAsync</c>, whoever waits comes back to where
/// he is, however it is completed.
/// </summary>
internal static class Awaiting
{
    /// <summary>Waits for the end of a task, be it a failure.</summary>
    public static ConfiguredTaskAwaitable Quietly(this Task task) => task.ConfigureAwait(
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>The same, unless it is cancelled before; the task goes on then.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task EndOf(Task task, CancellationToken cancellation)
    {
        var over = new TaskCompletionSource();
        await using var cancelled = cancellation.UnsafeRegister(
            static (over, token) => ((TaskCompletionSource)over!).TrySetCanceled(token), over);
        _ = Hear();
        await over.Task;

        async Task Hear()
        {
            await task.Quietly();
            over.TrySetResult();
        }
    }

    /// <summary>Waits for the ends of all of them, but no longer than this.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task EndsOf(
        IEnumerable<Task> all, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await EndOf(EachEnd(), over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException();
        }

        async Task EachEnd()
        {
            foreach (var one in all)
            {
                await one.Quietly();
            }
        }
    }
}

/// <summary>How many things are done side by side.</summary>
internal static class SideBySide
{
    /// <summary>
    /// So many of them, where the caller is: it may have a context of its own that all awaits come back to, which
    /// parallel loops would leave.
    /// </summary>
    public static ParallelOptions Options(int count, CancellationToken cancellation) => new()
    {
        MaxDegreeOfParallelism = count,
        CancellationToken = cancellation,
        TaskScheduler = SynchronizationContext.Current is null
            ? TaskScheduler.Default
            : TaskScheduler.FromCurrentSynchronizationContext(),
    };
}

/// <summary>
/// The time that machines take, where a test may have stopped the one that sessions live by: how long a store does not
/// answer, how long work waits for a thread.
/// </summary>
/// <param name="Clock">The clock that it is measured by.</param>
public sealed record RealTime(TimeProvider Clock)
{
    /// <summary>The machine's own.</summary>
    public static RealTime OfTheMachine { get; } = new(TimeProvider.System);
}
