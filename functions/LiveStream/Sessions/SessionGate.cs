namespace Sessions.LiveStream;

/// <summary>
/// Lets the changes of one session in this process follow each other, as a hundred viewers join in one second: each
/// would be right without it, but most would lose their race for the document again and again.
/// </summary>
public sealed class SessionGate : IDisposable
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for its turn; disposing what it gives ends the turn.</summary>
    public async ValueTask<IDisposable> Enter(string session, CancellationToken cancellation)
    {
        var hash = (uint)string.GetHashCode(session, StringComparison.Ordinal);
        var stripe = _stripes[hash % (uint)_stripes.Length];
        await stripe.WaitAsync(cancellation);
        return new Turn(stripe);
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_stripes, stripe => stripe.Dispose());

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
