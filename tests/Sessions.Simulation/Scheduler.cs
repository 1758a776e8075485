using System.Diagnostics.CodeAnalysis;

namespace Sessions.Simulation;

/// <summary>
/// Decides what happens next, all of it on one thread: of all that could run now, a seeded choice; when nothing can,
/// time jumps to the next thing that is to happen. The same seed makes the same choices.
/// </summary>
internal sealed class Scheduler(int seed)
{
    private readonly List<(Process Owner, Action Work)> _ready = [];
    private readonly PriorityQueue<(Process? Owner, Action Work), (TimeSpan At, long Order)> _later = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile string? _left;
    private long _order;

    /// <summary>How much simulated time has passed.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public int Steps { get; private set; }

    /// <summary>Every choice of the simulation is taken from it.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>
    /// Numbers for what must not change the order of things, such as the bytes of an id: whoever takes one more of
    /// these changes no choice.
    /// </summary>
    public Random Bytes { get; } = new(~seed);

    /// <summary>Whether the caller is in the simulation.</summary>
    public bool IsInside => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Says that the caller is in the simulation: whatever runs elsewhere is in no order that a seed
    /// decides.</summary>
    /// <exception cref="SimulationException">It is not.</exception>
    public void RequireInside()
    {
        if (!IsInside)
        {
            _left = Environment.StackTrace;
            throw new SimulationException(
                "Something runs outside of the simulation: it awaited what does not come back to it.");
        }
    }

    /// <summary>Something that a process could do now.</summary>
    public void Ready(Process owner, Action work)
    {
        RequireInside();
        _ready.Add((owner, work));
    }

    /// <summary>Something that happens after a time; to a process, as long as it lives.</summary>
    public void After(TimeSpan wait, Process? owner, Action work)
    {
        RequireInside();
        var at = Now + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        _later.Enqueue((owner, work), (at, _order++));
    }

    /// <summary>A random span between these.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) =>
        least + TimeSpan.FromTicks((long)(Random.NextDouble() * (most - least).Ticks));

    /// <summary>Whether something of this probability happens.</summary>
    public bool Happens(double probability) => Random.NextDouble() < probability;

    /// <summary>Lets things happen until it is over.</summary>
    /// <exception cref="SimulationException">Too much happened, or nothing could any more.</exception>
    public void RunUntil(Func<bool> isOver, int mostSteps)
    {
        var outside = SynchronizationContext.Current;
        try
        {
            while (!isOver())
            {
                Step(mostSteps);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private void Step(int mostSteps)
    {
        if (_left is { } where)
        {
            throw new SimulationException($"Something has run outside of the simulation: {where}");
        }

        if (Steps++ >= mostSteps)
        {
            throw new SimulationException($"Still not over after {mostSteps} steps, at {Now}.");
        }

        if (_ready.Count > 0)
        {
            RunOne();
        }
        else if (_later.TryDequeue(out var next, out var when))
        {
            Now = when.At;
            if (next.Owner is not { IsDead: true })
            {
                Run(context: null, next.Work);
            }
        }
        else
        {
            throw new SimulationException($"Nothing can happen any more, at {Now}.");
        }
    }

    private void RunOne()
    {
        var place = _ready.Count == 1 ? 0 : Random.Next(_ready.Count);
        var (owner, work) = _ready[place];
        _ready.RemoveAt(place);
        if (!owner.IsDead)
        {
            Run(owner, work);
        }
    }

    private static void Run(SynchronizationContext? context, Action work)
    {
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }
}

/// <summary>
/// A process of the simulation: what its code awaits comes back to it, in an order that the scheduler chooses. When it
/// is killed nothing of it runs any more, wherever it was.
/// </summary>
internal sealed class Process(Scheduler scheduler, string name) : SynchronizationContext
{
    /// <summary>What it is called in histories.</summary>
    public string Name => name;

    /// <summary>Whether it was killed.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Kills it.</summary>
    public void Kill() => IsDead = true;

    /// <summary>Starts something in it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is told.")]
    public void Start(Func<Task> work, Action<Exception> failed) => scheduler.Ready(this, async () =>
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            failed(failure);
        }
    });

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (scheduler.IsInside)
        {
            scheduler.Ready(this, () => d(state));
        }
        else
        {
            // What a library makes ready in the background, such as faster tables of routes, has no order and needs
            // none. Should it be more than that, it meets RequireInside.
            ThreadPool.UnsafeQueueUserWorkItem(_ => d(state), null);
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new SimulationException("Something waits for another without awaiting it.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
