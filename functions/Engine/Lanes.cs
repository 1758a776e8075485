using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Lets those of this process who want to change the same thing do so one after the other, in the order in which they
/// came. It saves work and is no lock: other processes write at the same time, and every write stays conditional.
/// </summary>
internal sealed class Lanes
{
    /// <summary>How many may wait for one thing; a client that is refused tries again.</summary>
    private const int MaxWaiting = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _lanes = new(StringComparer.Ordinal);

    /// <summary>Waits for the caller's turn.</summary>
    /// <param name="name">What is to be changed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The turn, to be disposed of when it is over; it tells whether it had to be waited for.</returns>
    /// <exception cref="StoreFaultException">Too many wait already.</exception>
    public ValueTask<Turn> Take(string name, CancellationToken cancellation)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (!_lanes.TryGetValue(name, out var waiting))
            {
                _lanes[name] = [];
                return ValueTask.FromResult(new Turn(this, name, false));
            }

            if (waiting.Count >= MaxWaiting)
            {
                throw new StoreFaultException(StoreOutcome.PreconditionFailed, Contention.Pause);
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
        }

        return Wait(name, turn, cancellation);
    }

    private async ValueTask<Turn> Wait(string name, TaskCompletionSource turn, CancellationToken cancellation)
    {
        // Whoever gives up is passed over when his turn comes.
        await using var giveUp = cancellation.UnsafeRegister(_ => turn.TrySetCanceled(cancellation), null);
        await turn.Task;
        return new(this, name, true);
    }

    private void Next(string name)
    {
        lock (_gate)
        {
            var waiting = _lanes[name];
            while (waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _lanes.Remove(name);
        }
    }

    /// <summary>A turn, or none where nobody had to be waited for.</summary>
    /// <param name="Lanes">Where it was taken.</param>
    /// <param name="Name">What is to be changed.</param>
    /// <param name="Waited">Whether others were first, so that the caller's moment may have passed.</param>
    internal readonly record struct Turn(Lanes? Lanes, string Name, bool Waited) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Lanes?.Next(Name);
    }
}
