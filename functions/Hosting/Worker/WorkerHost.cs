using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.CamaraWebRtc.Simulator;
using Sessions.Configuration;
using Sessions.Hosting.Export;
using Sessions.Http;
using Sessions.LiveStream;
using Sessions.Outbox;

namespace Sessions.Hosting.Worker;

/// <summary>Runs the functions as the worker of an Azure Functions host.</summary>
public static class WorkerHost
{
    /// <summary>Runs until the host ends it.</summary>
    public static async Task Run(string[] args)
    {
        using var host = Build(args);
        await host.RunAsync();
    }

    /// <summary>Makes the worker ready to start.</summary>
    /// <param name="args">The command line, in which the host says where it listens.</param>
    /// <param name="configure">
    /// Called before anything of ours is added: settings added here are the strongest, and services added here, such
    /// as a <see cref="TimeProvider"/>, take the place of ours.
    /// </param>
    /// <exception cref="Configuration.SettingsException">A setting cannot be used.</exception>
    public static IHost Build(string[] args, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.Use(LetGo);
        builder.ConfigureFunctionsWebApplication();
        // The host has a line for each call, and is sent ours one by one.
        builder.Logging.AddFilter(RequestObserver.Category, LogLevel.None).KeepQuiet(builder.Configuration);
        configure?.Invoke(builder);

        builder.Configuration.CheckSettings(settings => settings.CheckWorkerSettings());
        builder.Services.AddExport(builder.Configuration, isWorker: true);
        builder.Services.AddSessions(builder.Configuration);
        // These are found by themselves only where Sessions is the program that was started.
        builder.Services.AddSingleton<IFunctionMetadataProvider, GeneratedFunctionMetadataProvider>();
        builder.Services.AddSingleton<IFunctionExecutor>(
            services => new FunctionExecutor(FunctionDeclaration.Own, services));
        return builder.Build();
    }

    /// <summary>
    /// A client that went away before its function began: the host cancels the call, and the worker, which waits for
    /// the request, would throw that back at it.
    /// </summary>
    private static FunctionExecutionDelegate LetGo(FunctionExecutionDelegate next) => async context =>
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested && IsHttp(context))
        {
        }
    };

    private static bool IsHttp(FunctionContext context) =>
        context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type is "httpTrigger");
}

/// <summary>
/// Calls the functions, in classes that are there once. The worker's own executors make the class for every call, and
/// after the answer has gone to the client send its object as JSON to the host, which throws that away.
/// </summary>
internal sealed class FunctionExecutor : IFunctionExecutor
{
    private readonly Dictionary<string, Func<FunctionContext, Task>> _calls;

    public FunctionExecutor(IReadOnlyList<FunctionDeclaration> functions, IServiceProvider services) =>
        _calls = functions.ToDictionary(function => function.Name, function => CallOf(function, services));

    /// <inheritdoc/>
    public ValueTask ExecuteAsync(FunctionContext context) => new(_calls[context.FunctionDefinition.Name](context));

    private static Func<FunctionContext, Task> CallOf(FunctionDeclaration function, IServiceProvider services)
    {
        if (function.Http is null)
        {
            var tick = function.TimerCall(services);
            return context => Tick(context, tick);
        }

        var answer = function.HttpCall(services);
        return context => Answer(context, answer);
    }

    private static async Task Answer(FunctionContext context, Func<HttpRequest, Task<IResult>> function)
    {
        var http = context.GetHttpContext()!;
        try
        {
            var result = await function(http.Request);
            await result.ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer, which is no failure of the function.
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The same, noticed amid the body.
        }

        context.GetInvocationResult().Value = Results.Empty;
    }

    private static async Task Tick(FunctionContext context, Func<TimerInfo, CancellationToken, Task> function)
    {
        var bound = await context.Features.Get<IFunctionInputBindingFeature>()!.BindFunctionInputAsync(context);
        await function((TimerInfo)bound.Values[0]!, context.CancellationToken);
    }
}

/// <summary>What a Functions host's worker asks of its settings beyond what the program always does.</summary>
public static class WorkerSettings
{
    /// <summary>
    /// Refuses what has a default where the program serves itself: accounts, whose secrets everybody knows, a store,
    /// the timers' schedules, and what is only pretended: LiveKit, and people who take calls. On Azure an instance's
    /// disk goes with the instance, and every instance has another: SQLite is refused there in any case, and so are
    /// events to local addresses.
    /// </summary>
    /// <exception cref="SettingsException">Something is missing; the message says what.</exception>
    public static void CheckWorkerSettings(this IConfiguration configuration)
    {
        var isOnAzure = FunctionsHost.IsOnAzure(configuration);
        if (isOnAzure)
        {
            configuration.RequireOwnAccounts("this is on Azure");
        }
        else
        {
            configuration.RequireAccounts("a Functions host started this");
        }

        var hasCosmos = HasText(configuration["Cosmos:Endpoint"]) || HasText(configuration["Cosmos:ConnectionString"]);
        if (!hasCosmos && (isOnAzure || !HasText(configuration["Sqlite:Path"])))
        {
            throw SettingsException.Missing("Cosmos:Endpoint", isOnAzure
                ? "be the Cosmos DB account's address: what is in a file here is lost with the instance"
                : "be the Cosmos DB account's address; on your own machine set Sqlite__Path instead");
        }

        if (isOnAzure && OutboxSettings.From(configuration).AllowLocal)
        {
            throw SettingsException.For(
                "Outbox:LocalTargets", "true",
                "not be there: events would go where only Azure's own machines can reach");
        }

        TimerSchedules.Check(FunctionDeclaration.Own, configuration);
        LiveKitSettings.CheckReal(configuration);
        NetworkSimulator.CheckNotWanted(configuration);
    }

    private static bool HasText(string? value) => !string.IsNullOrWhiteSpace(value);
}
