using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Hosting.Export;
using Sessions.Http;

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
