using System.Diagnostics;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;

namespace Sessions.Tests.Hosts;

/// <summary>
/// The published program twice, with the same settings and a store each: on its own on Kestrel, and behind a Functions
/// host. Clients call both <c>localhost</c>, so that addresses in answers are alike, too.
/// </summary>
public sealed partial class BothHosts : IAsyncLifetime
{
    private static readonly Dictionary<string, string> _nothing = [];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-hosts-");
    private Process? _process;
    private LocalClients? _kestrel;
    private LocalClients? _functions;

    /// <summary>The worker behind its host.</summary>
    internal HostedProgram Program { get; private set; } = null!;

    /// <summary>A client of the program that serves itself.</summary>
    public HttpClient NewKestrelClient() => _kestrel!.New();

    /// <summary>A client of the program behind a Functions host.</summary>
    public HttpClient NewFunctionsClient() => _functions!.New();

    /// <summary>Sends a request to both.</summary>
    /// <param name="request">Makes it, once for each.</param>
    internal async Task<(HostAnswer Kestrel, HostAnswer Functions)> Ask(Func<HttpRequestMessage> request) => (
        (await HostAnswer.Of(NewKestrelClient, request)).Without(_nothing),
        (await HostAnswer.Of(NewFunctionsClient, request)).Without(_nothing));

    /// <summary>Sends these bytes to both, and gives the first lines of the answers.</summary>
    internal async Task<(string? Kestrel, string? Functions)> AskRaw(string request) =>
        (await _kestrel!.SendRaw(request), await _functions!.SendRaw(request));

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Program = await PublishedProgram.StartBehindHost(HostedSettings.With(Settings("functions.db")));
        _functions = new(Program.Host.Address.Port);
        _kestrel = new(await StartOnKestrel());
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _kestrel?.Dispose();
        _functions?.Dispose();
        await Program.Host.DisposeAsync();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private Dictionary<string, string> Settings(string database)
    {
        var settings = HostedSettings.Named(TestAccounts.Settings);
        settings["Sqlite__Path"] = Path.Combine(_folder.FullName, database);
        settings["Cors__Origins__0"] = "http://localhost:8123";
        return settings;
    }

    private async Task<int> StartOnKestrel()
    {
        var start = await PublishedProgram.OnItsOwn();
        start.ArgumentList.Add("--quiet");
        start.ArgumentList.Add("--urls=http://127.0.0.1:0");
        start.WorkingDirectory = _folder.FullName;
        start.RedirectStandardOutput = true;
        foreach (var (key, value) in Settings("kestrel.db"))
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Address().Match(line) is { Success: true } address)
            {
                _ = _process.StandardOutput.ReadToEndAsync();
                return new Uri(address.Value).Port;
            }
        }

        throw new InvalidOperationException("The program ended before it listened.");
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
