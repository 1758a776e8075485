using System.Diagnostics;
using System.Globalization;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// Proxy's creates and fetches behind a Functions host, beside the same program on Kestrel, and beside a function that
/// does nothing behind the same host: what lies between those two is our own cost inside Azure Functions.
/// </summary>
internal static class BehindHost
{
    private const string Assembly = "EmptyFunction.dll";
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(8);

    public static async Task Run(Contest contest)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var published = Path.Combine(folder.FullName, "empty");
            await Publish(published);
            await Run(contest, folder.FullName, published);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Run(Contest contest, string folder, string empty)
    {
        using var worker = await Server.BehindHost(Path.Combine(folder, "worker.db"));
        using var kestrel = await Server.Published(Path.Combine(folder, "kestrel.db"));
        using var nothing = await Server.BehindHost(empty, Assembly);
        using var caller = new ApiCaller(worker.Address);
        using var other = new ApiCaller(kestrel.Address);
        var (load, otherLoad) =
            (await SurfaceLoads.All["twilio-proxy"](caller), await SurfaceLoads.All["twilio-proxy"](other));
        var (ids, otherIds) = (await load.Fill(caller), await otherLoad.Fill(other));
        Target[] targets = [new("worker", worker), new("kestrel", kestrel), new("empty", nothing)];

        Exchange[] fetches =
        [
            targets[0].Each(load.Fetch, ids),
            targets[1].Each(otherLoad.Fetch, otherIds),
            targets[2].Numbered(new("GET", "/empty", SurfaceLoads.Basic)),
        ];
        // A worker's code is compiled again, and better, for seconds after its start.
        foreach (var (target, fetch) in targets.Zip(fetches))
        {
            await Load.Run(target.Server, fetch, contest.Connections, _warmUp);
        }

        await Tell(contest, "fetch", targets, fetches);
        await Tell(contest, "create", targets,
        [
            targets[0].Numbered(load.Create),
            targets[1].Numbered(otherLoad.Create),
            targets[2].Numbered(load.Create with { Path = "/empty", Status = 200 }),
        ]);
    }

    private static async Task Tell(Contest contest, string operation, Target[] targets, Exchange[] exchanges)
    {
        var verdict = await contest.Run($"twilio-proxy {operation}", targets, exchanges);
        var own = verdict.ProcessorMicroseconds - verdict.OthersMicroseconds[^1];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{"  beyond an empty function",-26}{own,12:N2} µs each"));
    }

    private static async Task Publish(string folder)
    {
        var project = Path.Combine(Repository.Root, "bench", "EmptyFunction");
        var command = new ProcessStartInfo("dotnet", ["publish", project, "-o", folder, "-v", "quiet", "--nologo"]);
        using var publish = Process.Start(command)!;
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException("The empty function could not be published.");
        }
    }
}
