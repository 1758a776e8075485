using System.Diagnostics;
using System.Text.RegularExpressions;
using Sessions.Hosting.SelfHosted;

namespace Sessions.Tests.Crash;

/// <summary>The service as a process of its own, which can be killed.</summary>
internal sealed partial class ServiceProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly List<HttpClient> _clients = [];
    private readonly Process _process;
    private readonly Uri _address;

    private ServiceProcess(Process process, Uri address) => (_process, _address) = (process, address);

    /// <summary>A client of it without credentials, which goes with it.</summary>
    public HttpClient NewClient()
    {
        var client = new HttpClient { BaseAddress = _address };
        _clients.Add(client);
        return client;
    }

    /// <summary>Starts it over a database file, and waits until it says where it listens.</summary>
    public static async Task<ServiceProcess> Start(string database, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SelfHost).Assembly.Location])
        {
            WorkingDirectory = Path.GetDirectoryName(database),
            RedirectStandardOutput = true,
        };
        start.Environment["Urls"] = "http://127.0.0.1:0";
        start.Environment["Sqlite__Path"] = database;
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            if (Address().Match(line.Data ?? "") is { Success: true } match)
            {
                address.TrySetResult(new(match.Value));
            }
        };
        process.BeginOutputReadLine();
        return new(process, await address.Task.WaitAsync(_patience));
    }

    /// <summary>Ends it at once, without a word to it: SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
