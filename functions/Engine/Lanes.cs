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
    private readonly Dictionary<string, Queue<Waiter>> _lanes = new(StringComparer.Ordinal);

    /// <summary>Waits for the caller's turn.</summary>
    /// <param name="name">What is to be changed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The turn, to be disposed of when it is over; it tells whether it had to be waited for.</returns>
    /// <exception cref="StoreFaultException">Too many wait already.</exception>
    public async ValueTask<Turn> Take(string name, CancellationToken cancellation) =>
        (await TakeOrRide(name, null, cancellation))!.Value;

    /// <summary>Waits for the caller's turn, or until whoever has it takes along what the caller wants.</summary>
    /// <param name="name">What is to be changed.</param>
    /// <param name="wanted">What the caller wants; see <see cref="Turn.TakeAlong"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The turn, to be disposed of when it is over; null when another one took it along.</returns>
    /// <exception cref="StoreFaultException">Too many wait already.</exception>
    public ValueTask<Turn?> TakeOrRide(string name, object? wanted, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (!_lanes.TryGetValue(name, out var waiting))
            {
                _lanes[name] = [];
                return ValueTask.FromResult<Turn?>(new Turn(this, name, false));
            }

            if (waiting.Count >= MaxWaiting)
            {
                throw new StoreFaultException(StoreOutcome.PreconditionFailed, Contention.Pause);
            }

            waiter = new(wanted);
            waiting.Enqueue(waiter);
        }

        return Wait(name, waiter, cancellation);
    }

    private async ValueTask<Turn?> Wait(string name, Waiter waiter, CancellationToken cancellation)
    {
        // Whoever gives up is passed over when his turn comes.
        await using var giveUp = cancellation.UnsafeRegister(_ => waiter.TrySetCanceled(cancellation), null);
        return await waiter.Task ? new Turn(this, name, true) : null;
    }

    private void Next(string name)
    {
        lock (_gate)
        {
            var waiting = _lanes[name];
            while (waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(true))
                {
                    return;
                }
            }

            _lanes.Remove(name);
        }
    }

    private List<T> TakeAlong<T>(string name)
    {
        List<T> taken = [];
        lock (_gate)
        {
            var waiting = _lanes[name];
            while (waiting.TryPeek(out var next) && next.Wanted is T wanted)
            {
                if (waiting.Dequeue().TrySetResult(false))
                {
                    taken.Add(wanted);
                }
            }
        }

        return taken;
    }

    /// <summary>A turn, or none where nobody had to be waited for.</summary>
    /// <param name="Lanes">Where it was taken.</param>
    /// <param name="Name">What is to be changed.</param>
    /// <param name="Waited">Whether others were first, so that the caller's moment may have passed.</param>
    internal readonly record struct Turn(Lanes? Lanes, string Name, bool Waited) : IDisposable
    {
        /// <summary>
        /// What those want who wait next, as far as it is of this type: they have no turn of their own any more, and it
        /// is for the caller to answer them.
        /// </summary>
        public List<T> TakeAlong<T>()
            where T : class => Lanes!.TakeAlong<T>(Name);

        /// <inheritdoc/>
        public void Dispose() => Lanes?.Next(Name);
    }

    // True: it is his turn. False: another one does what he wants.
    private sealed class Waiter(object? wanted) : TaskCompletionSource<bool>(
        TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public object? Wanted => wanted;
    }
}
