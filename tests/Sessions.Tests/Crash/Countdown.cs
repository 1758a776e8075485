namespace Sessions.Tests.Crash;

/// <summary>Counts what many do at once, until it is enough.</summary>
/// <param name="enough">How many.</param>
internal sealed class Countdown(int enough)
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>How many it were.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Ends when it is enough.</summary>
    public Task Over => _over.Task;

    /// <summary>Counts one.</summary>
    public void Signal()
    {
        if (Interlocked.Increment(ref _count) >= enough)
        {
            End();
        }
    }

    /// <summary>It is enough, however many it were.</summary>
    public void End() => _over.TrySetResult();
}
