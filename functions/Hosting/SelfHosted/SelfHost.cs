using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sessions.CamaraWebRtc.Simulator;
using Sessions.Configuration;
using Sessions.Hosting.Export;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Outbox;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// Runs the functions on Kestrel, without the Functions host: for development, tests and a single machine.
/// </summary>
public static class SelfHost
{
    /// <summary>Runs until it is told to end; at once when it was only asked something.</summary>
    public static async Task Run(string[] args)
    {
        if (CommandLine.AnswerTo(args) is { } answer)
        {
            Console.WriteLine(answer);
            return;
        }

        await using var app = Build(args);
        await app.StartAsync();
        Console.WriteLine(Banner.Of(app));
        await app.WaitForShutdownAsync();
    }

    /// <summary>Makes the host ready to start.</summary>
    /// <param name="args">
    /// The command line, such as <c>--urls http://localhost:8080</c>; any setting may stand there.
    /// </param>
    /// <param name="configure">
    /// Called when the settings are complete and before anything of ours is added: settings added here are the
    /// strongest, and services added here, such as a <see cref="TimeProvider"/>, take the place of ours.
    /// </param>
    /// <param name="others">Assemblies whose functions are served as well.</param>
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static WebApplication Build(
        string[] args, Action<WebApplicationBuilder>? configure = null, params Assembly[] others)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Sessions" });
        var file = builder.Configuration.AddSelfHostSettings(builder.Environment.ContentRootPath, args);
        builder.Services.AddSingleton(new SettingsFile(file));
        builder.AddServer();
        configure?.Invoke(builder);

        var addresses = ListeningAddresses.From(builder.Configuration);
        builder.Configuration.CheckSettings(
            settings => settings.CheckSelfHosting(), settings => settings.CheckAccountsFor(addresses));
        builder.Configuration.AddDevelopmentAccount();
        var development = addresses.OnlyLoopback && DevelopmentAccount.IsOpenIn(builder.Configuration);
        if (development)
        {
            builder.Services.AddSingleton(DevelopmentAccount.Access);
        }

        if (NetworkSimulator.IsWanted(builder.Configuration))
        {
            builder.Services.AddSingleton(NetworkSimulator.AddTo(builder.Configuration));
            builder.Services.AddHostedService<SimulatorService>();
        }

        builder.Services.TryAddSingleton(
            OutboxSettings.From(builder.Configuration) with { AllowLocal = addresses.OnlyLoopback });
        builder.Services.TryAddSingleton(new ClientAddress(behindHost: false));
        builder.Services.TryAddSingleton(Cors.From(builder.Configuration, anyLoopback: addresses.OnlyLoopback));
        FunctionDeclaration[] functions =
            [.. FunctionDeclaration.Own, .. others.SelectMany(FunctionDeclaration.In)];
        builder.Services.AddFunctionClasses(functions);
        builder.Services.AddExport(builder.Configuration, isWorker: false);
        builder.Services.AddSessions(builder.Configuration);
        builder.Services.AddTimers(functions);
        builder.Services.AddSingleton<BadRequests>();

        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(app.Services.GetRequiredService<BadRequests>().Listen().Dispose);
        app.UseWebSockets();
        app.UseRouting();
        app.MapFunctions(functions);
        if (development)
        {
            // What is no RequestDelegate would be compiled at start.
            app.MapGet("/", context => Results.LocalRedirect("~/console").ExecuteAsync(context));
        }

        return app;
    }

    /// <summary>Has the functions with a timer called when it is time.</summary>
    /// <param name="services">Those of the host.</param>
    /// <param name="functions">The functions that it serves; those without a timer are not called.</param>
    public static void AddTimers(this IServiceCollection services, IReadOnlyList<FunctionDeclaration> functions) =>
        services.AddHostedService(provider => new TimerService(
            [.. TimerFunction.From(functions, provider)],
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TimerService>>()));

    private static void AddServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore();
        builder.Services.AddOwnListeners();
        builder.Services.AddRoutingCore().AddRouting();
        builder.Logging
            .AddConsole(console => console.FormatterName ??= ConsoleLines.FormatName)
            .AddConsoleFormatter<ConsoleLines, ConsoleFormatterOptions>()
            .KeepQuiet(builder.Configuration)
            // No line shows them, and each connection would keep its own for as long as it is there.
            .CaptureNoScopes()
            // What goes wrong at start is told by Program, once and in short.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }

    private static ILoggingBuilder CaptureNoScopes(this ILoggingBuilder logging)
    {
        logging.Services.Configure<LoggerFilterOptions>(filters => filters.CaptureScopes = false);
        return logging;
    }

    private static void CheckAccountsFor(this IConfiguration configuration, ListeningAddresses addresses)
    {
        if (!addresses.OnlyLoopback)
        {
            configuration.RequireOwnAccounts($"others can reach {addresses.Urls}");
        }
    }
}

/// <summary>Serves the functions with an <see cref="HttpTriggerAttribute"/>, each at its own route.</summary>
internal static class HttpFunctions
{
    /// <summary>
    /// Maps them. What can be worked out once is worked out here, so that a request costs one delegate call.
    /// </summary>
    public static void MapFunctions(this IEndpointRouteBuilder app, IEnumerable<FunctionDeclaration> functions)
    {
        foreach (var function in functions.Where(function => function.Http is not null))
        {
            var call = Call(function.HttpCall(app.ServiceProvider));
            app.Map(function, call).WithDisplayName(function.Name).WithMetadata(function);
        }
    }

    private static RequestDelegate Call(Func<HttpRequest, Task<IResult>> function) =>
        async context => await (await function(context.Request)).ExecuteAsync(context);

    // What takes all the rest takes methods, too, that nobody has heard of: routing would answer those without a body.
    private static IEndpointConventionBuilder Map(
        this IEndpointRouteBuilder app, FunctionDeclaration function, RequestDelegate call) =>
        function.Methods is [] || function.Name is UnmatchedFunctions.Name
            ? app.Map(function.Route, call)
            : app.MapMethods(function.Route, function.Methods, call);
}

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
