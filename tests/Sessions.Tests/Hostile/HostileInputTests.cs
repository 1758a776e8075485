using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;
using Xunit.Abstractions;

namespace Sessions.Tests.Hostile;

/// <summary>
/// Whatever is sent to whichever function: no 5xx, no answer that takes a second, no refusal in another shape than the
/// surface's, and nothing written by a request that was refused.
/// </summary>
/// <remarks><c>HOSTILE_REQUESTS</c> and <c>HOSTILE_SEED</c> set how many and which; see <c>bench/hostile</c>.</remarks>
public sealed class HostileInputTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Hostile_requests_are_refused_in_shape_and_change_nothing()
    {
        var count = (int)Setting("HOSTILE_REQUESTS", 10_000);
        var seed = Setting("HOSTILE_SEED", 20_261_121);
        await using var app = await QuietApp.Start();
        var run = new HostileRun(app);
        var limits = app.Services.GetServices<ISurface>().ToDictionary(
            surface => surface.Name, surface => surface.BodyLimit);
        var requests = new HostileRequests(function => limits[function.Surface]).Arbitrary();
        output.WriteLine($"HOSTILE_REQUESTS={count} HOSTILE_SEED={seed}");

        await Task.Run(() => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true)
                .WithReplay(new Replay(new Rnd(seed), size: null)),
            Prop.ForAll(requests, async request => Expect.None(await run.FaultsOf(request)))));

        foreach (var (seen, times) in run.Seen)
        {
            output.WriteLine($"{seen.Function} {seen.Hundreds}xx: {times}");
        }

        Expect.None(HttpFunction.All
            .Where(function => SurfaceSamples.Of(function).IsServed(function.Name))
            .Where(function => !run.Seen.ContainsKey((function.Name, 2)) || !run.Seen.ContainsKey((function.Name, 4)))
            .Select(function => $"{function.Name} was never both served and refused"));
    }

    private static ulong Setting(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
