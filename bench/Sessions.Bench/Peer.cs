using System.Diagnostics;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// The service beside Prism, a mock server that a team may run instead: it reads a surface's own OpenAPI description,
/// checks each request against it and answers an example. It keeps nothing; the service stores what it answers.
/// </summary>
internal static class Peer
{
    private const string Prism = "node_modules/@stoplight/prism-cli/dist/index.js";

    public static async Task Run(Contest contest)
    {
        var home = Path.Combine(Repository.Root, "bench", "peer");
        if (!File.Exists(Path.Combine(home, Prism)))
        {
            await Install(home);
        }

        var verdicts = new List<Verdict>();
        foreach (var surface in SurfaceLoads.All.Keys)
        {
            verdicts.AddRange(await Of(surface, home, contest));
        }

        Contest.Conclude(verdicts);
    }

    private static async Task<IReadOnlyList<Verdict>> Of(string surface, string home, Contest contest)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var description = Path.Combine(folder.FullName, $"{surface}.json");
            using var service = await Server.Service(Path.Combine(folder.FullName, "service.db"));
            using var caller = new ApiCaller(service.Address);
            await File.WriteAllBytesAsync(
                description, await caller.Read(new("GET", $"/openapi/{surface}.json", "none")));
            using var prism = await Server.Other("node", port =>
                [Path.Combine(home, Prism), "mock", "-v", "silent", "-h", "127.0.0.1", "-p", port, description]);
            var load = await SurfaceLoads.All[surface](caller);
            var ids = await load.Fill(caller);
            Target[] targets = [new("service", service), new("prism", prism)];
            return
            [
                await contest.Run(
                    $"{surface} fetch", targets, [.. targets.Select(target => target.Each(load.Fetch, ids))]),
                await contest.Run(
                    $"{surface} create", targets, [.. targets.Select(target => target.Numbered(load.Create))]),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Install(string home)
    {
        var command = new ProcessStartInfo("npm", ["ci", "--no-progress"]) { WorkingDirectory = home };
        using var npm = Process.Start(command)!;
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException("npm could not install Prism.");
        }
    }
}
