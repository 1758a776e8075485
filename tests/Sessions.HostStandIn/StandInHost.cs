using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Sessions.HostStandIn;

/// <summary>
/// Stands in for the Azure Functions host: it starts a worker, speaks the real protocol with it, takes clients'
/// requests, and fires the timers. README.md has what of the real host's behaviour it shows.
/// </summary>
internal sealed class StandInHost : IAsyncDisposable
{
    private const long MaxBodyBytes = 100 * 1024 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly WorkerChannel _channel = new($"{Guid.NewGuid()}");
    private readonly HostOptions _options;
    private readonly WebApplication _app;
    private readonly WorkerClient _client;
    private ListenOptions? _clients;
    private ListenOptions? _workers;
    private IWorker? _worker;
    private HttpTriggers? _http;
    private TimerTriggers? _timers;
    private bool _isDisposed;

    private StandInHost(HostOptions options)
    {
        _options = options;
        _client = new(_channel, options.Folder);
        _app = Build();
    }

    /// <summary>Where clients reach it.</summary>
    public Uri Address => new($"http://{_clients!.IPEndPoint}");

    /// <summary>The functions, in the order in which a request is offered to them.</summary>
    public IReadOnlyList<HostedFunction> Functions { get; private set; } = [];

    /// <summary>The invocations that failed so far.</summary>
    public IReadOnlyCollection<FailedInvocation> Failures => _client.Failures;

    /// <summary>How many invocations are going on.</summary>
    public int Open => _client.Open;

    /// <summary>What the host says of timers that it could not set.</summary>
    public IReadOnlyList<string> Disabled => _timers!.Disabled;

    /// <summary>What the worker logs.</summary>
    public WorkerLog Log => _channel.Log;

    /// <summary>Starts a worker behind a new host, and waits until it takes requests.</summary>
    /// <param name="options">What there is to know.</param>
    /// <param name="start">Starts the worker with these arguments.</param>
    public static async Task<StandInHost> Start(HostOptions options, Func<string[], Task<IWorker>> start)
    {
        var host = new StandInHost(options);
        try
        {
            await host.Start(start);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a timer's function now, whatever its schedule, and waits until it is over.</summary>
    /// <returns>Whether it succeeded.</returns>
    public Task<bool> Fire(string timer)
    {
        var now = _options.Time.GetUtcNow().UtcDateTime;
        return _timers!.Fire(Functions.Single(function => function.Name == timer), now, now);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_timers is not null)
        {
            await _timers.DisposeAsync();
        }

        _channel.Send(new() { WorkerTerminate = new() });
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        _channel.End();
        await _app.DisposeAsync();
        _http?.Dispose();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // So that a header of the worker's is seen.
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(IPAddress.Loopback, _options.Port, listen => _clients = listen);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                _workers = listen;
            });
        });
        builder.Services.AddRouting().AddHttpForwarder().AddSingleton(_channel);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        var app = builder.Build();
        app.MapWhen(IsOfWorker, workers =>
            workers.UseRouting().UseEndpoints(endpoints => endpoints.MapGrpcService<FunctionRpcService>()));
        app.Run(context => _http!.Serve(context));
        return app;
    }

    private bool IsOfWorker(HttpContext context) => context.Connection.LocalPort == _workers!.IPEndPoint!.Port;

    private async Task Start(Func<string[], Task<IWorker>> start)
    {
        await _app.StartAsync();
        _worker = await start(Arguments());
        var services = _app.Services;
        var ready = MakeReady(
            services.GetRequiredService<IHttpForwarder>(), services.GetRequiredService<IInlineConstraintResolver>());
        var first = await Task.WhenAny(ready, _worker.Ended).WaitAsync(_patience);
        await first;
        await (first == ready ? ready : throw new InvalidOperationException("The worker ended before it was ready."));
    }

    private async Task MakeReady(IHttpForwarder forwarder, IInlineConstraintResolver constraints)
    {
        await _channel.Started;
        var address = await _client.Initialize();
        Functions = await _client.LoadFunctions();
        _http = new(Functions, RoutePrefix(), _client, address, forwarder, constraints);
        _timers = new(Functions, _options.Settings, _client, _options.Time);
    }

    // Older workers read the first half of these, newer ones the second.
    private string[] Arguments()
    {
        var address = new Uri($"http://{_workers!.IPEndPoint}");
        var (id, request, largest) = (_channel.WorkerId, $"{Guid.NewGuid()}", $"{int.MaxValue}");
        return
        [
            "--host", address.Host, "--port", $"{address.Port}", "--workerId", id, "--requestId", request,
            "--grpcMaxMessageLength", largest,
            "--functions-uri", address.AbsoluteUri, "--functions-worker-id", id, "--functions-request-id", request,
            "--functions-grpc-max-message-length", largest,
        ];
    }

    private string RoutePrefix()
    {
        using var file = File.OpenRead(Path.Combine(_options.Folder, "host.json"));
        return JsonNode.Parse(file, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })
            ?["extensions"]?["http"]?["routePrefix"]?.GetValue<string>() ?? "api";
    }
}

/// <summary>What a host is told.</summary>
/// <param name="Folder">Where the function app lies: its assemblies and host.json.</param>
internal sealed record HostOptions(string Folder)
{
    /// <summary>Where it listens for clients; on any free port when 0.</summary>
    public int Port { get; init; }

    /// <summary>The app's settings; here the timers' schedules are looked up.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The clock of the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A worker that the host has started, and ends by disposing of it.</summary>
internal interface IWorker : IAsyncDisposable
{
    /// <summary>Done when it has ended by itself.</summary>
    Task Ended { get; }
}
