using System.Security.Cryptography;
using System.Text;
using Sessions.Simulation.Bandwidth;
using Sessions.Simulation.Camara;
using Sessions.Simulation.Conversation;
using Sessions.Simulation.LiveStream;
using Sessions.Simulation.Proxy;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>What some clients of one surface do, and what may be answered to them.</summary>
internal interface IStory
{
    /// <summary>What was done, in its order.</summary>
    IEnumerable<string> Lines { get; }

    /// <summary>Whether all has been told that must be.</summary>
    bool IsComplete { get; }

    /// <summary>Makes what they need, before anything goes wrong.</summary>
    Task Prepare(Process process);

    /// <summary>One client does one thing more.</summary>
    Task DoNext(Process process, SimulatedClock clock);

    /// <summary>Looks at all that is known, when nothing goes wrong any more.</summary>
    Task LookAtAll(Process process, SimulatedClock clock);

    /// <summary>What cannot have been answered, or was told wrongly; null when nothing was.</summary>
    /// <param name="skew">How far the clocks of instances may have been from the true time.</param>
    string? Explain(TimeSpan skew);
}

/// <summary>A sort of story.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Settings">What instances are told for it, of the secrets that they accept.</param>
/// <param name="Begin">Begins one, in a world.</param>
internal sealed record StoryKind(
    string Name,
    Func<IReadOnlyList<string>, IReadOnlyDictionary<string, string?>> Settings,
    Func<World, IStory> Begin);

/// <summary>What came of a seed.</summary>
/// <param name="Seed">The seed; it alone repeats all of it.</param>
/// <param name="Wrong">What was wrong; null when nothing was.</param>
/// <param name="Steps">How many things happened.</param>
/// <param name="Time">How much simulated time passed.</param>
/// <param name="Lines">What the clients did.</param>
internal sealed record SeedResult(int Seed, string? Wrong, int Steps, TimeSpan Time, IReadOnlyList<string> Lines)
{
    /// <summary>The same for the same seed, in whatever process.</summary>
    public string Print { get; } =
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Steps} {Time} {string.Join('\n', Lines)}")));
}

/// <summary>Lives through the worlds of seeds.</summary>
internal static class Simulation
{
    /// <summary>What is wrong begins with this where that is the simulation.</summary>
    public const string OwnFault = "The simulation itself: ";

    private const int MostSteps = 200_000;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>All stories that there are.</summary>
    public static IReadOnlyList<StoryKind> Stories { get; } =
    [
        new("Twilio Proxy", ProxyClients.Settings, world => new ProxyClients(world)),
        new("Conversation", ConversationClients.Settings, world => new ConversationClients(world)),
        new("LiveStream", LiveStreamClients.Settings, world => new LiveStreamClients(world)),
        new("CAMARA WebRTC", CamaraClients.Settings, world => new CamaraClients(world)),
        new("Bandwidth WebRTC", BandwidthClients.Settings, world => new BandwidthClients(world)),
    ];

    /// <summary>Lives through one seed's world.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="double">A planted bug; null for none.</param>
    /// <param name="story">What is done in it; null for what the seed chooses.</param>
    public static SeedResult Run(
        int seed, Func<World, IDocumentStore, IDocumentStore>? @double = null, StoryKind? story = null)
    {
        var choice = new Random(seed);
        var faults = new Faults
        {
            Store = new()
            {
                Throttled = Some(choice, 0.03),
                Away = Some(choice, 0.03),
                AnswerLost = Some(choice, 0.03),
                Latency = TimeSpan.FromMilliseconds(choice.Next(2, 60)),
            },
            AnswerLost = Some(choice, 0.05),
            RequestLost = Some(choice, 0.05),
            TargetFails = Some(choice, 0.2),
            TargetHangs = Some(choice, 0.1),
            Kills = Some(choice, 0.2),
            Skew = TimeSpan.FromMilliseconds(choice.Next(2) * choice.Next(400)),
            ClockChanges = Some(choice, 0.5),
            Rotates = choice.Next(4) == 0,
        };
        // What was chosen before is chosen as before.
        var more = new Random(seed ^ 0x5EED);
        faults = faults with
        {
            StreamBreaks = Some(more, 0.3),
            WebhookLost = Some(more, 0.3),
            WebhookLate = Some(more, 0.5),
            LiveKitLives = Some(more, 0.8),
            Store = faults.Store with { IsSession = more.Next(3) == 0 },
        };
        var kind = story ?? Stories[seed % Stories.Count];
        using var world = new World(seed, choice.Next(2, 5), faults, kind.Settings, @double);
        var clients = kind.Begin(world);
        var longestPause = TimeSpan.FromMilliseconds(choice.Next(2) == 0 ? 100 : 2000);
        string? wrong;
        try
        {
            Live(world, clients, choice.Next(2, 5), choice.Next(5, 12), longestPause);
            wrong = world.Wrong.Count > 0
                ? string.Join(Environment.NewLine, world.Wrong)
                : clients.Explain(faults.Skew);
        }
        catch (SimulationException failure)
        {
            wrong = OwnFault + failure.Message;
        }

        return new(seed, wrong, world.Scheduler.Steps, world.Scheduler.Now, [.. clients.Lines]);
    }

    private static void Live(World world, IStory story, int count, int calls, TimeSpan longestPause)
    {
        var first = new Process(world.Scheduler, "first");
        Await(world, first, async () =>
        {
            await story.Prepare(first);
            await world.CatchUp(first);
        });
        world.Sicken();
        var left = count;
        for (var number = 0; number < count; number++)
        {
            var client = new Process(world.Scheduler, $"client {number}");
            client.Start(
                async () =>
                {
                    var clock = new SimulatedClock(world.Scheduler, client);
                    for (var done = 0; done < calls; done++)
                    {
                        await Task.Delay(world.Scheduler.Between(TimeSpan.Zero, longestPause), clock);
                        await story.DoNext(client, clock);
                    }

                    left--;
                },
                world.Broken);
        }

        world.Scheduler.RunUntil(() => left == 0 || world.Wrong.Count > 0, MostSteps);
        world.Heal();
        Await(world, first, async () =>
        {
            await world.CatchUp(first);
            await story.LookAtAll(first, new(world.Scheduler, first));
        });

        // What is left for others by a process that died is theirs after its lease; what failed is tried again later.
        var patience = world.Scheduler.Now + _patience;
        world.Scheduler.RunUntil(
            () => world.Wrong.Count > 0 || world.Scheduler.Now > patience || story.IsComplete, MostSteps);
    }

    private static void Await(World world, Process process, Func<Task> work)
    {
        var isOver = false;
        process.Start(
            async () =>
            {
                await work();
                isOver = true;
            },
            world.Broken);
        world.Scheduler.RunUntil(() => isOver || world.Wrong.Count > 0, MostSteps);
    }

    // Half of the worlds are spared each kind of mishap.
    private static double Some(Random choice, double most) => choice.Next(2) * choice.NextDouble() * most;
}
