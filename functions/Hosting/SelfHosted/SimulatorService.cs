using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.CamaraWebRtc.Simulator;

namespace Sessions.Hosting.SelfHosted;

/// <summary>Runs the network simulator beside the server, to which it speaks as any client does.</summary>
internal sealed class SimulatorService(
    NetworkSimulator simulator,
    IServer server,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<NetworkSimulator> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);

        var bound = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        using var http = new HttpClient { BaseAddress = new(Banner.Reachable(bound)) };
        await simulator.Run(http, time, logger, stoppingToken);
    }
}
