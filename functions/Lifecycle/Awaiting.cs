namespace Sessions.Lifecycle;

/// <summary>Waits for what others complete.</summary>
internal static class Awaiting
{
    /// <summary>
    /// Waits for all of them, but no longer than this. Unlike with <c>WhenAll</c> and <c>WaitAsync</c>, whoever waits
    /// comes back to where he is, however they are completed.
    /// </summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task All(
        IEnumerable<Task> all, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var over = new TaskCompletionSource();
        await using var timer = time.CreateTimer(
            static over => ((TaskCompletionSource)over!).TrySetException(new TimeoutException()),
            over,
            patience,
            Timeout.InfiniteTimeSpan);
        await using var cancelled = cancellation.UnsafeRegister(
            static (over, token) => ((TaskCompletionSource)over!).TrySetCanceled(token), over);
        _ = End();
        await over.Task;

        async Task End()
        {
            foreach (var one in all)
            {
                await one.ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            over.TrySetResult();
        }
    }
}
