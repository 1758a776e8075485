using System.Diagnostics;
using System.Globalization;
using Sessions.Tests.Hostile;

namespace Sessions.Bench;

/// <summary>The tests' hostile requests, as many as are wanted.</summary>
internal static class Hostile
{
    // So that a fault can be provoked again in minutes. Each has a seed of its own.
    private const int OfOneService = 100_000;
    private const int OneFramedOf = 20;

    /// <summary>A seed that nobody has tried.</summary>
    public static ulong NewSeed() => (ulong)Stopwatch.GetTimestamp();

    public static async Task Run(int requests, ulong seed)
    {
        Print($"{requests:N0} requests, seed {seed}");
        var clock = Stopwatch.StartNew();
        var tally = new HostileTally();
        for (var part = 0; part * OfOneService < requests; part++)
        {
            await HostileInput.Run(
                Math.Min(OfOneService, requests - (part * OfOneService)),
                seed + (ulong)part,
                tally,
                progress: () => Tell(tally, clock.Elapsed));
        }

        var framed = await HostileFraming.Run(requests / OneFramedOf, seed);
        if (framed is not [])
        {
            throw new InvalidOperationException(framed[0]);
        }

        Print($"{requests / OneFramedOf:N0} more over sockets, of any framing");

        foreach (var (status, times) in tally.Refusals)
        {
            Print($"refused with {(int)status}{times,12:N0}");
        }

        foreach (var untried in HostileInput.Untried(tally))
        {
            Print($"{untried}");
        }

        Console.WriteLine("Nothing is wrong.");
    }

    private static void Tell(HostileTally tally, TimeSpan took)
    {
        var (slowest, slow) = tally.Slowest;
        var rate = tally.Requests / took.TotalSeconds;
        Print($"{tally.Requests,11:N0}{rate,8:N0}/s{Environment.WorkingSet >> 20,6:N0} MiB");
        Print($"            slowest {slow.TotalMilliseconds:N0} ms, {slowest}; {tally.SlowOnce} over a second, once");
    }

    private static void Print(FormattableString text) =>
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
