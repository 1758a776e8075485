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
