using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>The service as a process of its own, which can be killed; behind a Functions host, or on its own.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int MostReads = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly string[] _own = [typeof(SelfHost).Assembly.Location, "--quiet"];
    private readonly List<HttpClient> _clients = [];
    private readonly Uri _address;
    private readonly Action _kill;
    private readonly Func<ValueTask> _end;
    private volatile bool _killed;

    private ServiceProcess(Uri address, Action kill, Func<ValueTask> end) =>
        (_address, _kill, _end) = (address, kill, end);

    /// <summary>A client of it without credentials, which goes with it.</summary>
    public HttpClient NewClient()
    {
        var client = new HttpClient(new LossHandler(this)) { BaseAddress = _address };
        _clients.Add(client);
        return client;
    }

    /// <summary>Starts it over a database file, and waits until it takes requests.</summary>
    public static Task<ServiceProcess> Start(string database, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["Sqlite__Path"] = database };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return TestHosts.IsFunctions ? StartBehindHost(all) : StartOnItsOwn(all, "dotnet", _own);
    }

    /// <summary>Starts it on its own, with so many files and sockets that it may have open.</summary>
    public static Task<ServiceProcess> StartWith(int descriptors, string database) => StartOnItsOwn(
        new() { ["Sqlite__Path"] = database },
        "sh",
        ["-c", $"ulimit -n {descriptors}; exec dotnet \"$@\"", "sh", .. _own]);

    /// <summary>Ends it at once, without a word to it: SIGKILL.</summary>
    public void Kill()
    {
        _killed = true;
        _kill();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _end();
    }

    private static async Task<ServiceProcess> StartBehindHost(Dictionary<string, string> settings)
    {
        var program = await PublishedProgram.StartBehindHost(HostedSettings.With(settings));
        return new(program.Host.Address, program.Worker.Kill, program.Host.DisposeAsync);
    }

    private static async Task<ServiceProcess> StartOnItsOwn(
        Dictionary<string, string> settings, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            Environment = { ["Urls"] = "http://127.0.0.1:0" },
        };
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
        return new(await address.Task.WaitAsync(_patience), process.Kill, async () =>
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        });
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    /// <summary>
    /// A client as it should be. A host answers for a worker that it has lost; to who asked, that is no answer. And
    /// whoever is told to come again to read does so: machines that run the tests may keep a store waiting.
    /// </summary>
    private sealed class LossHandler(ServiceProcess service) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            for (var again = 0; again < MostReads && IsToComeAgain(request, answer); again++)
            {
                await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, cancellationToken);
                answer = await base.SendAsync(request, cancellationToken);
            }

            if (IsAway(answer))
            {
                // Whatever it was about may have happened or not.
                throw new HttpRequestException("The store did not answer.", null, answer.StatusCode);
            }

            return service._killed && answer.StatusCode >= HttpStatusCode.InternalServerError
                ? throw new HttpRequestException("The host has lost its worker.")
                : answer;
        }

        private static bool IsToComeAgain(HttpRequestMessage request, HttpResponseMessage answer) =>
            request.Method == HttpMethod.Get && IsAway(answer);

        private static bool IsAway(HttpResponseMessage answer) =>
            answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter.Delta: not null };
    }
}
