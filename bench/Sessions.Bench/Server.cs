using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sessions.Bench;

/// <summary>A server under measurement, in a process of its own.</summary>
internal sealed partial class Server : IDisposable
{
    private readonly Process _process;

    private Server(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How much processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The Sessions service over a SQLite file.</summary>
    public static Task<Server> Service(string database, params string[] settings) =>
        Start("Sessions.dll", ["--urls=http://127.0.0.1:0", $"--Sqlite:Path={database}", .. settings]);

    /// <summary>A bare Kestrel: over a SQLite file, or without one.</summary>
    public static Task<Server> Bare(string? database, int size) => Start(
        "Sessions.Bench.dll", [$"--run={BareHost.Name}", $"--size={size}", .. Store(database)]);

    /// <summary>Starts an assembly that lies beside this one, without waiting for it.</summary>
    public static Process StartProcess(string assembly, params IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Server> Start(string assembly, params IEnumerable<string> arguments)
    {
        var process = StartProcess(assembly, arguments);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (ListeningAddress().Match(line) is { Success: true } address)
            {
                return new(process, new(address.Value));
            }
        }

        throw new InvalidOperationException($"{assembly} ended before it listened.");
    }

    private static string[] Store(string? database) => database is null ? [] : [$"--store={database}"];

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex ListeningAddress();
}
