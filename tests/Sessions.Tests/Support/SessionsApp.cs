using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sessions.Expiry;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Tests.Support;

/// <summary>
/// The whole service in this process: the real pipeline and a real store of its own, behind a clock that stands still.
/// </summary>
public sealed class SessionsApp : IAsyncDisposable
{
    // Tests sweep when they say so, not when they move the clock.
    private const string OnceAYear = "0 0 0 1 1 *";

    private readonly ITestHost _host;
    private readonly TemporaryStore _files;

    private SessionsApp(ITestHost host, TemporaryStore files, FakeClock clock, CountingStore store)
    {
        _host = host;
        _files = files;
        Clock = clock;
        Store = store;
    }

    public FakeClock Clock { get; }

    public CountingStore Store { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<SessionsApp> Start(Action<IHostApplicationBuilder>? configure = null)
    {
        var clock = new FakeClock();
        var files = new TemporaryStore();
        var store = new CountingStore(await files.Open(clock), clock);
        var host = await TestHosts.Start(builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestAccounts.Settings);
            builder.Configuration["Expiry:Schedule"] = OnceAYear;
            builder.Configuration["Outbox:Schedule"] = OnceAYear;
            builder.Configuration["LiveStream:Schedule"] = OnceAYear;
            builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<IStartupFilter, RequestsHoldTheClock>();
            builder.Services.AddSingleton(store).AddSingleton<IDocumentStore>(store);
            configure?.Invoke(builder);
        });
        return new(host, files, clock, store);
    }

    /// <summary>A client without credentials.</summary>
    public HttpClient Anonymous() => _host.NewClient();

    /// <summary>The server itself, for requests that no client would send; null behind a Functions host.</summary>
    public TestServer? Server => _host.Server;

    /// <summary>Where it listens; null when it does so in memory.</summary>
    public Uri? Address => _host.Address;

    /// <summary>Runs the timer's work once, at the clock's now.</summary>
    public Task<int> Sweep() => Services.GetRequiredService<Sweep>().Run(CancellationToken.None);

    /// <summary>Sends the events that are due, as the timer does, at the clock's now.</summary>
    public Task DeliverDue() => Services.GetRequiredService<DueEvents>().Run(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _files.DisposeAsync();
    }
}

// No time goes by while a thread is at a request: what it is about to do belongs to the moment at which it was woken.
file sealed class RequestsHoldTheClock(TimeProvider time) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, follow) =>
        {
            (time as FakeClock)?.HoldWhileAtWork();
            await follow(context);
        });
        next(app);
    };
}
