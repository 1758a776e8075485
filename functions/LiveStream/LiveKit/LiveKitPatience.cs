namespace Sessions.LiveStream;

/// <summary>
/// How long one caller waits for LiveKit, over all the calls that his request takes: three seconds. What is not done by
/// then is the timer's.
/// </summary>
internal sealed class LiveKitPatience(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _end = new(TwirpClient.Patience, time);

    /// <summary>Makes calls, as long as the patience lasts.</summary>
    /// <exception cref="LiveKitException">LiveKit failed, or the patience is at its end.</exception>
    public async ValueTask<T> Within<T>(
        Func<CancellationToken, ValueTask<T>> calls, CancellationToken cancellation = default)
    {
        if (_end.IsCancellationRequested)
        {
            throw LiveKitException.Late();
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellation);
        try
        {
            return await calls(ends.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw LiveKitException.Late(late);
        }
    }

    /// <summary>The same, of calls that answer nothing.</summary>
    /// <exception cref="LiveKitException">LiveKit failed, or the patience is at its end.</exception>
    public async ValueTask Within(Func<CancellationToken, ValueTask> calls, CancellationToken cancellation = default) =>
        await Within(
            async ends =>
            {
                await calls(ends);
                return true;
            },
            cancellation);

    public void Dispose() => _end.Dispose();
}
