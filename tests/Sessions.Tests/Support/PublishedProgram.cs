using System.Diagnostics;
using Sessions.HostStandIn;

namespace Sessions.Tests.Support;

/// <summary>
/// The program as it ships: published, once a run. <c>./test</c> does it beforehand and says where to in
/// <c>SESSIONS_TEST_PROGRAM</c>; else the first test that needs it does.
/// </summary>
internal static class PublishedProgram
{
    private const string Assembly = "Sessions.dll";

    private static readonly Lazy<Task<string>> _folder = new(Published);

    /// <summary>Starts it behind a new host.</summary>
    /// <param name="settings">The app's settings, by the names of environment variables.</param>
    public static async Task<HostedProgram> StartBehindHost(IReadOnlyDictionary<string, string> settings)
    {
        var folder = await _folder.Value;
        WorkerProcess? worker = null;
        try
        {
            var host = await StandInHost.Start(
                new(folder) { Settings = settings },
                arguments => Task.FromResult<IWorker>(
                    worker = WorkerProcess.Start(folder, Assembly, settings, arguments)));
            return new(host, worker!);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"The worker did not start: {string.Join('\n', worker?.Output ?? [])}", failure);
        }
    }

    /// <summary>What starts it on its own.</summary>
    public static async Task<ProcessStartInfo> OnItsOwn() =>
        new("dotnet", [Path.Combine(await _folder.Value, Assembly)]);

    private static async Task<string> Published()
    {
        if (Environment.GetEnvironmentVariable("SESSIONS_TEST_PROGRAM") is { Length: > 0 } folder)
        {
            return Path.GetFullPath(folder, Repository.Root);
        }

        folder = Path.Combine(Repository.Root, "functions", "bin", "published");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Path.Combine(Repository.Root, "functions"), "-o", folder, "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? folder : throw new InvalidOperationException(output);
    }
}

/// <summary>The published program as a worker, and the host that it is behind.</summary>
internal sealed record HostedProgram(StandInHost Host, WorkerProcess Worker);
