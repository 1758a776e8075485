namespace Sessions.Simulation.Streams;

/// <summary>
/// What an answer comes over, piece by piece and in order, at its reader's pace. It may break at any moment: what was
/// on its way is lost then.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="client">The process that reads.</param>
/// <param name="window">How many bytes that the reader has not taken may be under way before the server waits.</param>
internal sealed class Connection(World world, Process client, int window)
{
    private readonly TaskCompletionSource<Answered> _head = new();
    private readonly Queue<byte[]> _arrived = new();
    private readonly CancellationTokenSource _aborted = new();
    private TaskCompletionSource? _hungry;
    private TaskCompletionSource? _full;
    private Process? _server;
    private TimeSpan _lastArrival;
    private int _underWay;

    /// <summary>Whether it broke, as opposed to an answer that has ended.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether nothing comes any more, as far as the reader knows.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Status and headers, when they come; nothing when that takes too long.</summary>
    public Task<Answered> Head => _head.Task;

    /// <summary>Ends when the server has heard that nobody reads any more.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>What has come since; null when nothing comes any more, or has for so long.</summary>
    public async Task<byte[]?> Read(SimulatedClock clock, TimeSpan longest)
    {
        if (_arrived.Count == 0 && !IsOver)
        {
            _hungry = new();
            await using var timer = clock.CreateTimer(End, _hungry, longest, Timeout.InfiniteTimeSpan);
            await _hungry.Task;
            _hungry = null;
        }

        if (!_arrived.TryDequeue(out var piece))
        {
            return null;
        }

        Taken(piece.Length);
        return piece;
    }

    /// <summary>The reader goes; the server hears of that later.</summary>
    public void Leave()
    {
        IsOver = true;
        HangUp();
    }

    /// <summary>A process serves it from now on.</summary>
    public void Serve(Process server)
    {
        _server = server;
        if (IsOver)
        {
            HangUp();
        }
    }

    /// <summary>Whoever has not been answered yet waits no longer.</summary>
    public void GiveUp() => _head.TrySetResult(Answered.Nothing);

    /// <summary>The server begins to answer.</summary>
    public void Begin(Answered head) => Arrive(() => _head.TrySetResult(head));

    /// <summary>The server sends a piece; ends when there is room for more.</summary>
    public Task Send(byte[] piece)
    {
        _underWay += piece.Length;
        while (piece.Length > 0)
        {
            // Where it is cut is the network's.
            var length = world.Scheduler.Happens(0.2) ? world.Scheduler.Random.Next(1, piece.Length + 1) : piece.Length;
            var part = piece[..length];
            piece = piece[length..];
            Arrive(() => _arrived.Enqueue(part));
        }

        if (_underWay <= window || _aborted.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        _full = new();
        return _full.Task;
    }

    /// <summary>The server has said all.</summary>
    public void Complete() => Arrive(() => IsOver = true);

    /// <summary>It breaks; each side may hear of that, or not.</summary>
    public void Break(bool tellsClient, bool tellsServer)
    {
        if (IsBroken || IsOver)
        {
            return;
        }

        IsBroken = true;
        if (tellsClient)
        {
            world.Scheduler.After(world.WayThere(), client, () =>
            {
                IsOver = true;
                _head.TrySetResult(Answered.Nothing);
                _hungry?.TrySetResult();
            });
        }

        if (tellsServer)
        {
            HangUp();
        }
    }

    // As bytes come in their order, so does the end.
    private void Arrive(Action arrived)
    {
        var now = world.Scheduler.Now;
        var at = now + world.WayThere();
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        world.Scheduler.After(_lastArrival - now, client, () =>
        {
            if (!IsBroken && !IsOver)
            {
                arrived();
                _hungry?.TrySetResult();
            }
        });
    }

    private void Taken(int bytes) => world.Scheduler.After(world.WayThere(), _server, () =>
    {
        _underWay -= bytes;
        if (_underWay <= window && !IsBroken)
        {
            _full?.TrySetResult();
        }
    });

    private void HangUp() => world.Scheduler.After(world.WayThere(), _server, () =>
    {
        if (_server is { } server)
        {
            world.Scheduler.Ready(server, () =>
            {
                _full?.TrySetResult();
                _aborted.Cancel();
            });
        }
    });

    private static void End(object? wait) => ((TaskCompletionSource)wait!).TrySetResult();
}
