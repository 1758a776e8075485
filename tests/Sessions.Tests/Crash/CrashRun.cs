using System.Diagnostics;
using Sessions.Tests.Support;
using Xunit.Sdk;

namespace Sessions.Tests.Crash;

/// <summary>
/// Loads a real process with the users of all surfaces at once, kills it at a random moment, starts it again on the
/// same store, and compares what is there with what was acknowledged; again and again.
/// </summary>
/// <param name="store">The store, which outlives the process.</param>
/// <param name="seed">What the users' steps and the moments are made from.</param>
/// <param name="say">Told of each round.</param>
internal sealed class CrashRun(CrashStore store, int seed, Action<string> say)
{
    private const int MostSteps = 3000;
    private static readonly TimeSpan _longestRound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(seed);

    /// <summary>Runs as many rounds as are wanted.</summary>
    /// <param name="goesOn">Whether there is another round after so many.</param>
    /// <returns>How many writes were acknowledged.</returns>
    public async Task<int> Run(Func<int, bool> goesOn)
    {
        await using var sink = await WebhookSink.Start();
        ITraffic[] traffic =
        [
            new ProxyTraffic(sink.Url), new BandwidthTraffic(sink.Url), new CamaraTraffic(sink.Url),
            new ConversationTraffic(), new LiveStreamTraffic(),
        ];
        var round = 0;
        try
        {
            for (; goesOn(round); round++)
            {
                await using var service = await Start(traffic);
                await Check(traffic, round, ever: false);
                await Task.WhenAll(traffic.Select(each => each.Prepare()));
                await LoadAndKill(service, traffic, round);
                Hear(traffic, sink);
            }

            await using var last = await Start(traffic);
            await Check(traffic, round, ever: true);
            await AllTold(traffic, sink);
        }
        catch (XunitException wrong)
        {
            throw new XunitException($"On {store.Name}, seed {seed}, round {round}: {wrong.Message}", wrong);
        }

        Assert.All(traffic, each => Assert.True(each.Acknowledged > 0, $"{each} did nothing"));
        return traffic.Sum(each => each.Acknowledged);
    }

    private async Task<ServiceProcess> Start(ITraffic[] traffic)
    {
        var service = await ServiceProcess.Start(store.Database, [.. store.Settings, .. CrashAccounts.Settings]);
        Array.ForEach(traffic, each => each.GoTo(service));
        return service;
    }

    private async Task Check(ITraffic[] traffic, int round, bool ever)
    {
        if (round == 0)
        {
            return;
        }

        var clock = Stopwatch.StartNew();
        var faults = await Task.WhenAll(traffic.Select(each => each.Faults(ever)));
        Expect.None([.. faults.SelectMany(each => each), .. store.Faults()]);
        await Task.WhenAll(traffic.Select(each => each.CheckStore(store.Opened)));
        await Task.WhenAll(traffic.Select(each => each.Repeat()));
        say($"  checked in {clock.ElapsedMilliseconds} ms");
    }

    // The moment is a number of steps, since how many fit in a second is up to the machine.
    private async Task LoadAndKill(ServiceProcess service, ITraffic[] traffic, int round)
    {
        var steps = new Countdown(_random.Next(1, MostSteps));
        var clock = Stopwatch.StartNew();
        var users = traffic.SelectMany((each, surface) => Enumerable.Range(0, ITraffic.Users).Select(user =>
            Task.Run(() => Use(each, user, new Random(HashCode.Combine(seed, round, surface, user)), steps))));
        var all = Task.WhenAll(users.ToList());
        await Task.WhenAny(all, steps.Over, Task.Delay(_longestRound));
        steps.End();
        service.Kill();
        await all;
        say($"{round}: killed after {clock.ElapsedMilliseconds} ms and {steps.Count} requests");
    }

    private static async Task Use(ITraffic traffic, int user, Random random, Countdown steps)
    {
        try
        {
            while (true)
            {
                await traffic.Step(user, random);
                steps.Signal();
            }
        }
        catch (HttpRequestException lost) when (steps.Over.IsCompleted || lost.StatusCode is not null)
        {
            // Whatever it was about is in doubt now: the user waits for what the check finds.
        }
    }

    private static void Hear(ITraffic[] traffic, WebhookSink sink)
    {
        foreach (var told in sink.TakeAll())
        {
            Array.ForEach(traffic, each => each.Hear(told));
        }
    }

    // What is untold and yet not in the store any more will never be told.
    private async Task AllTold(ITraffic[] traffic, WebhookSink sink)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var waiting = await IsAnyWaiting();
            Hear(traffic, sink);
            var untold = traffic.SelectMany(each => each.Untold()).ToList();
            if (untold is [])
            {
                say($"all told after {clock.ElapsedMilliseconds} ms");
                return;
            }

            Assert.True(waiting, $"Lost: {string.Join(Environment.NewLine, untold)}");
            Assert.True(clock.Elapsed < _patience, $"Late: {string.Join(Environment.NewLine, untold)}");
            await Task.Delay(_glance);
        }
    }

    private async Task<bool> IsAnyWaiting()
    {
        var ever = DateTimeOffset.UtcNow.AddYears(1);
        var due = await store.Opened.ReadDue(new(["outbox/event"], ever, Limit: 1), CancellationToken.None);
        return due.Value is [_];
    }
}
