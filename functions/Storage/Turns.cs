namespace Sessions.Storage;

/// <summary>
/// Lets those of this process that want to change the same document do so one after the other, so that many at once do
/// not use up each other's attempts. It saves work and is no lock: other processes write at the same time, and every
/// write stays conditional.
/// </summary>
public sealed class Turns
{
    private const int Lines = 256;
    private readonly SemaphoreSlim[] _lines = [.. Enumerable.Range(0, Lines).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits until it is the caller's turn; to be disposed when it is over.</summary>
    /// <param name="name">What is to be changed. Few others wait for the same line by chance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<IDisposable> Take(string name, CancellationToken cancellation)
    {
        var line = _lines[(uint)string.GetHashCode(name, StringComparison.Ordinal) % Lines];
        await line.WaitAsync(cancellation);
        return new Turn(line);
    }

    private sealed class Turn(SemaphoreSlim line) : IDisposable
    {
        public void Dispose() => line.Release();
    }
}
