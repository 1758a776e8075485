using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sessions.HostStandIn;

/// <summary>The published program as the worker: a process of its own, as the real host starts it.</summary>
internal sealed class WorkerProcess : IWorker
{
    /// <summary>How long the real host waits for a worker that it has told to end.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];

    private WorkerProcess(Process process) => _process = process;

    /// <inheritdoc/>
    public Task Ended { get; private init; } = Task.CompletedTask;

    /// <summary>What it has written to its output.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Whether it ended without being killed, when it was told to.</summary>
    public bool EndedByItself { get; private set; }

    /// <summary>The process, to be looked at.</summary>
    public Process Process => _process;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where it was published to.</param>
    /// <param name="assembly">What is started there.</param>
    /// <param name="settings">The app's settings, in the words of environment variables.</param>
    /// <param name="arguments">What the host says to it.</param>
    public static WorkerProcess Start(
        string folder, string assembly, IReadOnlyDictionary<string, string> settings, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, assembly), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["FUNCTIONS_APPLICATION_DIRECTORY"] = folder,
                ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
                ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var worker = new WorkerProcess(process) { Ended = process.WaitForExitAsync() };
        process.OutputDataReceived += (_, line) => worker.Take(line.Data);
        process.ErrorDataReceived += (_, line) => worker.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Ends it at once, without a word to it: SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Closes what it reads from, as the end of this process would.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for it to end, for a while, and then kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        EndedByItself = await Task.WhenAny(Ended, Task.Delay(_grace)) == Ended && _process.ExitCode == 0;
        _process.Kill();
        await Ended;
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
