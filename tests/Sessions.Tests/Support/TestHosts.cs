using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.HostStandIn;

namespace Sessions.Tests.Support;

/// <summary>What runs the service for a test.</summary>
internal interface ITestHost : IAsyncDisposable
{
    /// <summary>The service's own services.</summary>
    IServiceProvider Services { get; }

    /// <summary>A client without credentials, whose base address is <c>http://localhost</c>.</summary>
    HttpClient NewClient();

    /// <summary>The server itself, when it listens in memory.</summary>
    TestServer? Server => null;

    /// <summary>Where it listens, when it does so on a port.</summary>
    Uri? Address => null;
}

/// <summary>
/// The hosts there are: Kestrel's pipeline, or the stand-in for the Functions host with the worker behind it when the
/// environment variable <c>SESSIONS_TEST_HOST</c> is <c>functions</c>. So the same tests run on both.
/// </summary>
internal static class TestHosts
{
    /// <summary>Whether the worker behind a Functions host is tested.</summary>
    public static bool IsFunctions { get; } = Environment.GetEnvironmentVariable("SESSIONS_TEST_HOST") is "functions";

    public static async Task<ITestHost> Start(Action<IHostApplicationBuilder> configure) => IsFunctions
        ? await BehindHost.Start(configure)
        : await SelfHosted.Start(configure);
}

file sealed class SelfHosted(WebApplication app) : ITestHost
{
    public IServiceProvider Services => app.Services;

    public static async Task<SelfHosted> Start(Action<IHostApplicationBuilder> configure)
    {
        var app = SelfHost.Build(["--quiet"], builder =>
        {
            builder.WebHost.UseTestServer();
            configure(builder);
        });
        await app.StartAsync();
        return new(app);
    }

    public HttpClient NewClient() => app.GetTestClient();

    TestServer ITestHost.Server => app.GetTestServer();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

file sealed class BehindHost(StandInHost host, WorkerInProcess worker) : ITestHost
{
    private readonly LocalClients _clients = new(host.Address.Port);

    public IServiceProvider Services => worker.Services;

    Uri ITestHost.Address => host.Address;

    public static async Task<BehindHost> Start(Action<IHostApplicationBuilder> configure)
    {
        WorkerInProcess? worker = null;
        var host = await StandInHost.Start(
            new(WorkerInProcess.Folder) { Settings = _schedules }, async arguments =>
                worker = await WorkerInProcess.Start(arguments, builder =>
                {
                    // The store is the test's own, and so are the targets of events.
                    builder.Configuration["Sqlite:Path"] = "of the test";
                    builder.Configuration["Outbox:LocalTargets"] = "true";
                    builder.Configuration["LiveKit:Simulated"] = "true";
                    builder.Configuration.AddInMemoryCollection(_schedules!);
                    configure(builder);
                }));
        return new(host, worker!);
    }

    public HttpClient NewClient() => _clients.New();

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        await host.DisposeAsync();
    }

    // Tests fire the timers when they say so.
    private static readonly Dictionary<string, string> _schedules = new()
    {
        ["ExpirySchedule"] = "0 0 0 1 1 *",
        ["OutboxSchedule"] = "0 0 0 1 1 *",
        ["LiveStreamSchedule"] = "0 0 0 1 1 *",
    };
}
