using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// Two builds of the service under the same load in turn: what an operation of each surface costs this one, and what it
/// costs the other, in processor time and in what it allocates.
/// </summary>
internal static class Builds
{
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(4);

    /// <summary>Compares one surface, or all of them when none is named.</summary>
    /// <param name="program">The path of the other build's assembly, which starts by itself.</param>
    /// <param name="beside">The one beside it: this build's assembly, or the path of a third's.</param>
    /// <param name="surface">The surface.</param>
    /// <param name="contest">How they are loaded.</param>
    public static async Task Run(string program, string beside, string? surface, Contest contest)
    {
        Console.WriteLine(
            $"{"",-28}{"per second",12}{"other",10}{"µs each",12}{"other",10}{"bytes each",14}{"other",10}");
        foreach (var name in SurfaceLoads.All.Keys.Where(name => surface is null || surface == name))
        {
            var folder = Directory.CreateTempSubdirectory("sessions-bench-");
            try
            {
                await Of(name, program, beside, contest, folder.FullName);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task Of(string name, string program, string beside, Contest contest, string folder)
    {
        using var ours = await Server.Counting(beside, Path.Combine(folder, "this.db"));
        using var theirs = await Server.Counting(program, Path.Combine(folder, "other.db"));
        Build[] builds = [await Build.Of(ours, name), await Build.Of(theirs, name)];

        // A program's code is compiled again, and better, for seconds after its start.
        foreach (var build in builds)
        {
            foreach (var exchange in build.Exchanges.Values)
            {
                await Load.Run(build.Server, exchange, contest.Connections, _warmUp);
            }
        }

        foreach (var operation in builds[0].Exchanges.Keys)
        {
            await Compare($"{name} {operation}", operation, builds, contest);
        }
    }

    private static async Task Compare(string label, string operation, Build[] builds, Contest contest)
    {
        var found = builds.Select(_ => new List<(Figures Figures, double Bytes)>()).ToArray();
        for (var round = 0; round <= contest.Rounds; round++)
        {
            foreach (var index in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                var (server, exchange) = (builds[index].Server, builds[index].Exchanges[operation]);
                var before = await server.Allocated();
                var figures = await Load.Run(server, exchange, contest.Connections, contest.Time);
                var bytes = (await server.Allocated() - before)
                    / (figures.PerSecond * contest.Time.TotalSeconds);
                if (round > 0)
                {
                    found[index].Add((figures, bytes));
                }
            }
        }

        double[] Each(Func<(Figures Figures, double Bytes), double> of) =>
            [.. found.Select(rounds => Contest.Median(rounds.Select(of)))];

        var (rate, processor, allocated) = (
            Each(round => round.Figures.PerSecond),
            Each(round => round.Figures.ProcessorMicroseconds),
            Each(round => round.Bytes));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{label,-28}{rate[0],12:N0}{rate[1],10:N0}{processor[0],12:N1}{processor[1],10:N1}"
            + $"{allocated[0],14:N0}{allocated[1],10:N0}"));
    }

    /// <summary>A build that runs, with what it is asked.</summary>
    private sealed record Build(Server Server, IReadOnlyDictionary<string, Exchange> Exchanges)
    {
        public static async Task<Build> Of(Server server, string surface)
        {
            using var caller = new ApiCaller(server.Address);
            var load = await SurfaceLoads.All[surface](caller);
            var ids = await load.Fill(caller);
            return new(server, load.Exchanges(new(surface, server), ids));
        }
    }
}
