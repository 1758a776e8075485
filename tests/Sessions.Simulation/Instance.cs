using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Http.Limits;
using Sessions.Lifecycle;
using Sessions.LiveStream;
using Sessions.Outbox;
using Sessions.Simulation.LiveStream;
using Sessions.Simulation.Streams;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>
/// The whole application in one simulated process: its pipeline, functions, engine, outbox and timers, over the
/// simulated database, clock and network.
/// </summary>
internal sealed class Instance
{
    private static readonly Dictionary<string, string?> _defaults = new()
    {
        ["Expiry:Schedule"] = "0 * * * * *",
        ["Outbox:Schedule"] = "*/10 * * * * *",
        ["LiveStream:Schedule"] = "0 * * * * *",
    };

    private readonly World _world;
    private IHost _app = null!;
    private SimulatedServer _server = null!;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Connection> _connections = [];

    private Instance(World world, string name)
    {
        _world = world;
        Process = new(world.Scheduler, name);
        Clock = new(world.Scheduler, Process);
    }

    /// <summary>The process that it runs in.</summary>
    public Process Process { get; }

    /// <summary>Its clock.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>Starts the application.</summary>
    public static Instance Start(World world, string name, TimeSpan skew)
    {
        var instance = new Instance(world, name);
        instance.Clock.Skew = skew;
        instance._app = instance.Build();
        instance._server = new(instance._app.Services, FunctionRouter.Shared);
        instance.Process.Start(() => instance._app.StartAsync(), world.Broken);
        return instance;
    }

    /// <summary>Its process ends at once, wherever it is. What it has sent is on its way, or lost with its
    /// connections.</summary>
    public void Kill()
    {
        Process.Kill();
        foreach (var connection in _connections)
        {
            connection.Break(tellsClient: true, tellsServer: false);
        }

        // Their timers are this machine's own, and go on for as long as nobody disposes of them. The application is not
        // stopped: it would do something more.
        _app.Services.GetRequiredService<SignInGuard>().Dispose();
    }

    /// <summary>Hands it a request; the answer comes when its process gives one, which may be never.</summary>
    public void Ask(Asked asked, Action<Answered> answered) => Process.Start(
        async () => answered(await _server.Answer(asked, _end.Token)), _world.Broken);

    /// <summary>Hands it a request that is answered piece by piece.</summary>
    public void Ask(Asked asked, Connection connection)
    {
        _connections.Add(connection);
        connection.Serve(Process);
        Process.Start(
            async () =>
            {
                await _server.Answer(asked, connection);
                _connections.Remove(connection);
            },
            _world.Broken);
    }

    private IHost Build()
    {
        var store = _world.StoreOf(this);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = "Sessions", DisableDefaults = true,
        });
        // What is set on this machine has no part in it.
        builder.Configuration.AddInMemoryCollection(_defaults).AddInMemoryCollection(_world.Settings);
        var services = builder.Services;
        services.AddRoutingCore();
        services.AddSingleton<IServer>(new NoAddresses());
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(new RealTime(Clock));
        services.AddSingleton<IIdSource>(new SimulatedIds(_world.Scheduler));
        services.AddSingleton<IDocumentStore>(_ => store);
        services.AddSingleton(new TargetTransport(new SimulatedNetwork(_world, this)));
        services.AddSingleton<ILiveKit>(new SimulatedLiveKitServer(_world, Process));
        services.AddSingleton(new OutboxSettings { AllowLocal = true, Parallelism = 4 });
        services.AddSingleton(new ClientAddress(behindHost: false));
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(_world.Log));
        services.AddSessions(builder.Configuration);
        services.AddTimers(FunctionDeclaration.Own);
        return builder.Build();
    }
}
