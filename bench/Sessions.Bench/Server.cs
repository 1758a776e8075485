using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Sessions.HostStandIn;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>A server under measurement, in a process of its own.</summary>
internal sealed partial class Server : IDisposable
{
    // What StartupHook begins a line with.
    private const string AllocatedWord = "allocated ";

    private readonly Process _process;
    private readonly StandInHost? _host;
    private readonly Channel<long> _allocated = Channel.CreateUnbounded<long>();

    private Server(Process process, Uri address, StandInHost? host = null) =>
        (_process, Address, _host) = (process, address, host);

    /// <summary>Where it listens; behind a Functions host, where that does.</summary>
    public Uri Address { get; }

    /// <summary>The number of its process.</summary>
    public int Id => _process.Id;

    /// <summary>How much processor time it has used so far; of a worker, without its host's.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>How much memory it holds now, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The published program over a SQLite file, by itself.</summary>
    public static async Task<Server> Published(string database)
    {
        var start = await PublishedProgram.OnItsOwn();
        start.ArgumentList.Add("--quiet");
        start.ArgumentList.Add("--urls=http://127.0.0.1:0");
        start.ArgumentList.Add($"--Sqlite:Path={database}");
        start.RedirectStandardOutput = true;
        start.WorkingDirectory = Path.GetTempPath();
        return await Started(Process.Start(start)!);
    }

    /// <summary>The published program over a SQLite file, as the worker of a Functions host in this process.</summary>
    public static async Task<Server> BehindHost(string database)
    {
        var settings = HostedSettings.With(new Dictionary<string, string> { ["Sqlite__Path"] = database });
        var program = await PublishedProgram.StartBehindHost(settings);
        return new(program.Worker.Process, program.Host.Address, program.Host);
    }

    /// <summary>Another function app as the worker of a Functions host in this process.</summary>
    /// <param name="folder">Where it was published to.</param>
    /// <param name="assembly">What is started there.</param>
    public static async Task<Server> BehindHost(string folder, string assembly)
    {
        WorkerProcess? worker = null;
        var settings = new Dictionary<string, string>();
        var host = await StandInHost.Start(new(folder), arguments => Task.FromResult<IWorker>(
            worker = WorkerProcess.Start(folder, assembly, settings, arguments)));
        return new(worker!.Process, host.Address, host);
    }

    /// <summary>The Sessions service over a SQLite file.</summary>
    public static Task<Server> Service(string database, params string[] settings) =>
        Start("Sessions.dll", ["--quiet", "--urls=http://127.0.0.1:0", $"--Sqlite:Path={database}", .. settings]);

    /// <summary>The service of a build, perhaps an older one, over a SQLite file; it tells what it has allocated.</summary>
    public static Task<Server> Counting(string program, string database, params IEnumerable<string> settings)
    {
        // Last, for a build that does not know it: it would take what follows for its value.
        var start = StartInfo(
            program, ["--urls=http://127.0.0.1:0", $"--Sqlite:Path={database}", .. settings, "--quiet"]);
        start.RedirectStandardInput = true;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Server).Assembly.Location;
        return Started(SoonAtItsBest(start));
    }

    /// <summary>How many bytes it has allocated since it began, if it is one that tells.</summary>
    public async Task<long> Allocated()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return await _allocated.Reader.ReadAsync();
    }

    /// <summary>A bare Kestrel: over a SQLite file, or without one.</summary>
    /// <param name="database">The file, or null.</param>
    /// <param name="sizes">How large its answers are.</param>
    /// <param name="lean">Whether its store is <see cref="LeanDocuments"/> and not the service's.</param>
    public static Task<Server> Bare(string? database, BareSizes sizes, bool lean = false) =>
        Started(SoonAtItsBest(StartInfo(
            "Sessions.Bench.dll",
            [$"--run={BareHost.Name}", $"--lean={lean}", .. sizes.Arguments, .. Store(database)])));

    /// <summary>Another program that listens on a port that it is told, and says nothing of it.</summary>
    /// <param name="program">What to start.</param>
    /// <param name="arguments">Its arguments, from the port.</param>
    /// <exception cref="TimeoutException">It does not listen within a minute.</exception>
    public static async Task<Server> Other(string program, Func<string, IEnumerable<string>> arguments)
    {
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo(program, arguments($"{port}")))!;
        if (await Listens(port))
        {
            return new(process, new($"http://127.0.0.1:{port}"));
        }

        process.Kill();
        process.Dispose();
        throw new TimeoutException($"{program} does not listen.");
    }

    /// <summary>A port that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts an assembly that lies beside this one, without waiting for it.</summary>
    public static Process StartProcess(string assembly, params IEnumerable<string> arguments) =>
        Process.Start(StartInfo(assembly, arguments))!;

    /// <summary>Sends its process a signal, such as <c>STOP</c>.</summary>
    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_host is not null)
        {
            _host.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return;
        }

        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>An assembly that lies beside this one or at a path of its own.</summary>
    public static Task<Server> Start(string assembly, params IEnumerable<string> arguments) =>
        Started(StartProcess(assembly, arguments));

    private static ProcessStartInfo StartInfo(string assembly, params IEnumerable<string> arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };

    // The runtime compiles again, and better, what is called often, once nothing new has been called for a tenth of a
    // second: under load that takes many. With a hundredth it ends where it would, and sooner.
    private static Process SoonAtItsBest(ProcessStartInfo start)
    {
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "10";
        return Process.Start(start)!;
    }

    private static async Task<Server> Started(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (ListeningAddress().Match(line) is { Success: true } address)
            {
                var server = new Server(process, new(address.Value));
                _ = server.PassOn(process.StandardOutput);
                return server;
            }
        }

        throw new InvalidOperationException($"{process.StartInfo.ArgumentList[0]} ended before it listened.");
    }

    // What the server logs is to be seen, and a pipe that nobody empties would hold it up.
    private async Task PassOn(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(AllocatedWord, StringComparison.Ordinal))
            {
                _allocated.Writer.TryWrite(
                    long.Parse(line.AsSpan(AllocatedWord.Length), CultureInfo.InvariantCulture));
            }
            else if (Logged().IsMatch(line))
            {
                await Console.Error.WriteLineAsync(line);
            }
        }
    }

    private static async Task<bool> Listens(int port)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        return false;
    }

    private static string[] Store(string? database) => database is null ? [] : [$"--store={database}"];

    [GeneratedRegex(@"^(\d[\d:.]+ )?(warn|fail|crit)")]
    private static partial Regex Logged();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex ListeningAddress();
}
