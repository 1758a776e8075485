using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hostile;

/// <summary>
/// Sends hostile requests to a service of its own, and fails at the first that is not answered well with the smallest
/// such request that it can find.
/// </summary>
internal static class HostileInput
{
    private const int TellsEvery = 10_000;

    /// <summary>Sends requests, the same ones for the same seed.</summary>
    /// <param name="requests">How many.</param>
    /// <param name="seed">What they are made from.</param>
    /// <param name="tally">What came of them is added to it.</param>
    /// <param name="progress">Called now and then.</param>
    public static async Task Run(int requests, ulong seed, HostileTally tally, Action progress)
    {
        await using var app = await QuietApp.Start();
        var run = new HostileRun(app, tally);
        var limits = app.Services.GetServices<ISurface>().ToDictionary(
            surface => surface.Name, surface => surface.BodyLimit);
        var hostile = new HostileRequests(function => limits[function.Surface]).Arbitrary();
        await Task.Run(() => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(requests).WithQuietOnSuccess(true)
                .WithReplay(new Replay(new Rnd(seed), size: null)),
            Prop.ForAll(hostile, async request =>
            {
                Expect.None(await run.FaultsOf(request));
                if (tally.Requests % TellsEvery == 0)
                {
                    progress();
                }
            })));
    }

    /// <summary>The functions that were not both served and refused, though they can be.</summary>
    public static IEnumerable<string> Untried(HostileTally tally) => HttpFunction.All
        .Where(function => SurfaceSamples.Of(function).IsServed(function.Name))
        .Where(function => !tally.Has(function.Name, 2) || !tally.Has(function.Name, 4))
        .Select(function => $"{function.Name} was never both served and refused");
}
