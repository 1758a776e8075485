namespace Sessions.Simulation.Streams;

/// <summary>Something that a stream told.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Id">What a reader who comes again sends as <c>Last-Event-ID</c>.</param>
/// <param name="Data">What it says.</param>
internal sealed record StreamEvent(TimeSpan At, string Id, string Data);

/// <summary>How a stream came to its end.</summary>
internal enum StreamEnd
{
    /// <summary>The reader went, or it is not over.</summary>
    Left,

    /// <summary>The connection broke, or was silent for too long.</summary>
    Broken,

    /// <summary>The server had said all.</summary>
    Whole,
}

/// <summary>One stream, from its request to its end.</summary>
/// <param name="Reader">Whose it is.</param>
/// <param name="After">The event that it was to begin behind; null for none.</param>
/// <param name="From">When it was asked for.</param>
internal sealed record StreamRun(string Reader, string? After, TimeSpan From)
{
    /// <summary>The HTTP status; 0 as long as nothing came back.</summary>
    public int Status { get; set; }

    /// <summary>What was read.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <summary>How it ended.</summary>
    public StreamEnd End { get; set; }

    /// <summary>When it ended, for its reader.</summary>
    public TimeSpan Until { get; set; }

    /// <summary>The longest that nothing came, not even a sign that it is still there.</summary>
    public TimeSpan Silence { get; set; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{From} {Until} {Reader} after {After} -> {Status} {string.Join(',', Events.Select(one => one.Id))} {End}";
}

/// <summary>
/// A client that reads a stream of server-sent events at its own pace, goes or loses it at any moment, and goes on
/// behind the last event that it has.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="name">What it is called in histories.</param>
/// <param name="request">What it asks.</param>
internal sealed class StreamClient(World world, string name, Func<Asked> request)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);

    /// <summary>What it is called in histories.</summary>
    public string Name => name;

    /// <summary>Whether nothing comes behind an event, so that whoever has read it begins anew.</summary>
    public Func<StreamEvent, bool> IsEnd { get; init; } = _ => false;

    /// <summary>The last event that it has; null for none.</summary>
    private string? Last { get; set; }

    /// <summary>All that it has read.</summary>
    public List<StreamRun> Runs { get; } = [];

    /// <summary>Opens a stream behind what it has, and reads it until it ends or has taken so long.</summary>
    /// <param name="process">The process that reads.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="longest">For how long to read.</param>
    /// <param name="pauses">How often it stops reading for a while.</param>
    public async Task<StreamRun> Read(Process process, SimulatedClock clock, TimeSpan longest, double pauses = 0)
    {
        if (Runs is [.., var before] && (before.Status is 204 || (before.Events is [.., var last] && IsEnd(last))))
        {
            Last = null;
        }

        var asked = request();
        if (Last is not null)
        {
            asked.Headers["Last-Event-ID"] = Last;
        }

        asked.Headers["Accept"] = "text/event-stream";
        var run = new StreamRun(name, Last, world.Scheduler.Now);
        Runs.Add(run);
        var connection = world.Open(process, asked);
        run.Status = (await connection.Head).Status;
        if (run.Status is 200)
        {
            await Read(connection, run, clock, run.From + longest, pauses);
        }

        run.Until = world.Scheduler.Now;
        connection.Leave();
        return run;
    }

    private async Task Read(
        Connection connection,
        StreamRun run,
        SimulatedClock clock,
        TimeSpan until,
        double pauses)
    {
        var parser = new EventParser();
        while (until - world.Scheduler.Now is var left && left > TimeSpan.Zero)
        {
            if (world.Scheduler.Happens(pauses))
            {
                await Task.Delay(world.Scheduler.Between(TimeSpan.Zero, _longestPause), clock);
            }

            var asked = world.Scheduler.Now;
            var piece = await connection.Read(clock, left < _patience ? left : _patience);
            var now = world.Scheduler.Now;
            run.Silence = now - asked > run.Silence ? now - asked : run.Silence;
            if (piece is null)
            {
                run.End = connection.IsBroken ? StreamEnd.Broken
                    : connection.IsOver ? StreamEnd.Whole
                    : StreamEnd.Left;
                return;
            }

            foreach (var (id, data) in parser.Take(piece))
            {
                run.Events.Add(new(now, id, data));
                Last = id;
            }
        }
    }
}
