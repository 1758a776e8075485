namespace Sessions.Simulation.Streams;

/// <summary>
/// Clients that read streams, each in a process of its own. They stop reading, go, lose the connection, and go on
/// behind what they have, wherever they are let in.
/// </summary>
internal sealed class StreamReaders
{
    private const double Pauses = 0.05;

    /// <summary>When nothing goes wrong, a reader has within this time all that there is.</summary>
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan _longestRead = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longestAway = TimeSpan.FromSeconds(4);

    private readonly World _world;
    private readonly IReadOnlyList<StreamClient> _clients;
    private readonly List<Process> _processes = [];

    /// <summary>They begin to read.</summary>
    public StreamReaders(World world, IReadOnlyList<StreamClient> clients)
    {
        (_world, _clients) = (world, clients);
        foreach (var client in clients)
        {
            var process = new Process(world.Scheduler, client.Name);
            process.Start(() => ReadOn(client, process), world.Broken);
            _processes.Add(process);
        }
    }

    /// <summary>Since when nothing goes wrong any more.</summary>
    public TimeSpan Rest { get; private set; } = TimeSpan.MaxValue;

    /// <summary>What was read.</summary>
    public IEnumerable<StreamRun> Runs => _clients.SelectMany(client => client.Runs);

    /// <summary>Their processes die.</summary>
    public void Kill() => _processes.ForEach(process => process.Kill());

    /// <summary>Each reads on, now that nothing goes wrong any more.</summary>
    public async Task CatchUp(Process process, SimulatedClock clock)
    {
        Kill();
        Rest = _world.Scheduler.Now;
        await Task.WhenAll(_clients.Select(client => Read(client, process, clock, _soon)));
    }

    /// <summary>Each reads while something is done, and until its stream ends or it has taken so long.</summary>
    public async Task ReadWhile(Process process, SimulatedClock clock, TimeSpan longest, Func<Task> done)
    {
        var reading = _clients.Select(client => Read(client, process, clock, longest)).ToList();
        await Task.Delay(_soon, clock);
        await done();
        await Task.WhenAll(reading);
    }

    // Secrets may still be rotated, and processes started anew for that.
    private static async Task Read(StreamClient client, Process process, SimulatedClock clock, TimeSpan longest)
    {
        StreamRun run;
        do
        {
            await Task.Delay(_pause, clock);
            run = await client.Read(process, clock, longest);
        }
        while (run.End is StreamEnd.Broken || run.Status is 0 or >= 429);
    }

    private async Task ReadOn(StreamClient client, Process process)
    {
        var clock = new SimulatedClock(_world.Scheduler, process);
        while (true)
        {
            await Task.Delay(_world.Scheduler.Between(TimeSpan.Zero, _longestAway), clock);
            await client.Read(process, clock, _world.Scheduler.Between(TimeSpan.Zero, _longestRead), Pauses);
        }
    }
}
