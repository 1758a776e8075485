using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
        builder.ConfigureFunctionsWebApplication();
        configure?.Invoke(builder);

        builder.Configuration.CheckWorkerSettings();
        builder.Services.AddSessions(builder.Configuration);
        builder.Services.AddSingleton<IFunctionActivator, FunctionActivator>();
        return builder.Build();
    }
}
