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
    private readonly Dictionary<string, Queue<IWaiter>> _lanes = new(StringComparer.Ordinal);

    /// <summary>Waits for the caller's turn.</summary>
    /// <param name="name">What is to be changed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The turn, to be disposed of when it is over; it tells whether it had to be waited for.</returns>
    /// <exception cref="StoreFaultException">Too many wait already.</exception>
    public ValueTask<Turn> Take(string name, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (TakenLane(name) is not { } lane)
            {
                return ValueTask.FromResult(new Turn(this, name, false));
            }

            lane.Enqueue(waiter = new());
        }

        return Wait(waiter, cancellation);
    }

    /// <summary>Takes the turn when it is free; else the rider waits for it, or to be taken along.</summary>
    /// <param name="name">What is to be changed.</param>
    /// <param name="rider">Who wants to change it.</param>
    /// <returns>The turn, to be disposed of when it is over; null when it must be waited for.</returns>
    /// <exception cref="StoreFaultException">Too many wait already.</exception>
    public Turn? TakeOrRide(string name, IRider rider)
    {
        lock (_gate)
        {
            if (TakenLane(name) is not { } lane)
            {
                return new(this, name, false);
            }

            lane.Enqueue(rider);
            return null;
        }
    }

    // Null when it was free: then it is the caller's.
    private Queue<IWaiter>? TakenLane(string name)
    {
        if (!_lanes.TryGetValue(name, out var waiting))
        {
            _lanes[name] = [];
            return null;
        }

        return waiting.Count < MaxWaiting
            ? waiting
            : throw new StoreFaultException(StoreOutcome.PreconditionFailed, Contention.Pause);
    }

    private static async ValueTask<Turn> Wait(Waiter waiter, CancellationToken cancellation)
    {
        // Whoever gives up is passed over when his turn comes.
        await using var giveUp = cancellation.UnsafeRegister(_ => waiter.TrySetCanceled(cancellation), null);
        return await waiter.Task;
    }

    private void Next(string name)
    {
        lock (_gate)
        {
            var waiting = _lanes[name];
            while (waiting.TryDequeue(out var next))
            {
                if (next.Lead(new(this, name, true)))
                {
                    return;
                }
            }

            _lanes.Remove(name);
        }
    }

    private List<T> TakeAlong<T>(string name)
        where T : IRider
    {
        List<T> taken = [];
        lock (_gate)
        {
            var waiting = _lanes[name];
            while (waiting.TryPeek(out var next) && next is T rider)
            {
                waiting.Dequeue();
                if (rider.Ride())
                {
                    taken.Add(rider);
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
        /// Those who wait next, as far as they are of this type: they have no turn of their own any more, and it is for
        /// the caller to answer them.
        /// </summary>
        public List<T> TakeAlong<T>()
            where T : IRider => Lanes!.TakeAlong<T>(Name);

        /// <inheritdoc/>
        public void Dispose() => Lanes?.Next(Name);
    }

    /// <summary>One who waits for his turn.</summary>
    internal interface IWaiter
    {
        /// <summary>Hands him the turn, without running what he does with it; false when he waits no more.</summary>
        bool Lead(Turn turn);
    }

    /// <summary>One whom another may take along.</summary>
    internal interface IRider : IWaiter
    {
        /// <summary>Takes him along; false when he waits no more.</summary>
        bool Ride();
    }

    private sealed class Waiter()
        : TaskCompletionSource<Turn>(TaskCreationOptions.RunContinuationsAsynchronously), IWaiter
    {
        public bool Lead(Turn turn) => TrySetResult(turn);
    }
}
