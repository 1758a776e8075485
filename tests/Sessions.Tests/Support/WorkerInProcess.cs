using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sessions.Hosting.Worker;
using Sessions.HostStandIn;

namespace Sessions.Tests.Support;

/// <summary>
/// The program's worker in this process, where a test can replace its services. Behind the host it is as the published
/// one: own server, own port, the same stream.
/// </summary>
internal sealed class WorkerInProcess : IWorker
{
    // The worker's SDK reads these from the command line of the process.
    private static readonly Dictionary<string, string> _ofTheHost = new()
    {
        ["--functions-uri"] = "Functions:Worker:HostEndpoint",
        ["--functions-request-id"] = "Functions:Worker:RequestId",
        ["--functions-worker-id"] = "Functions:Worker:WorkerId",
        ["--functions-grpc-max-message-length"] = "Functions:Worker:GrpcMaxMessageLength",
    };

    private readonly IHost _worker;

    private WorkerInProcess(IHost worker) => _worker = worker;

    public IServiceProvider Services => _worker.Services;

    /// <inheritdoc/>
    public Task Ended { get; } = new TaskCompletionSource().Task;

    public static async Task<WorkerInProcess> Start(string[] arguments, Action<IHostApplicationBuilder> configure)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var worker = WorkerHost.Build(arguments, builder =>
        {
            builder.Configuration.AddCommandLine(arguments, _ofTheHost);
            builder.Services.ListenOn(socket);
            configure(builder);
        });
        await worker.StartAsync();
        return new(worker);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync();
        _worker.Dispose();
    }

    // The worker looks for its application here; in a process of its own it is told so by the host.
    [ModuleInitializer]
    internal static void LiesHere() =>
        Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", AppContext.BaseDirectory);

    public static string Folder => AppContext.BaseDirectory;
}

file static class InProcess
{
    /// <summary>The worker's SDK chooses one port in a process; here are many workers in one.</summary>
    public static void ListenOn(this IServiceCollection services, Socket socket)
    {
        var address = (IPEndPoint)socket.LocalEndPoint!;
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(address));
        services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = _ => socket);
        services.Configure<WorkerOptions>(worker => worker.Capabilities["HttpUri"] = $"http://{address}");
    }
}
