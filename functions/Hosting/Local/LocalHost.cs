using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using Sessions.Outbox;

namespace Sessions.Hosting.Local;

/// <summary>
/// Runs the functions on Kestrel, without the Functions host: for development, tests and a single machine.
/// </summary>
public static class LocalHost
{
    /// <summary>No surface takes more than this, so nothing beyond it is read.</summary>
    private const long MaxBodyBytes = 1024 * 1024;

    /// <summary>Makes the host ready to start.</summary>
    /// <param name="args">
    /// The command line, such as <c>--urls http://localhost:8080</c>; any setting may stand there.
    /// </param>
    /// <param name="configure">
    /// Called when the settings are complete and before anything of ours is added: settings added here are the
    /// strongest, and services added here, such as a <see cref="TimeProvider"/>, take the place of ours.
    /// </param>
    /// <param name="assemblies">Where to look for functions; in Sessions itself when empty.</param>
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static WebApplication Build(
        string[] args, Action<WebApplicationBuilder>? configure = null, params Assembly[] assemblies)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Sessions" });
        builder.Configuration.AddLocalSettings(builder.Environment.ContentRootPath, args);
        builder.AddServer();
        configure?.Invoke(builder);

        builder.Configuration.CheckUrls();
        builder.Configuration.AddDevelopmentAccount();
        builder.Services.TryAddSingleton(OutboxSettings.From(builder.Configuration) with { AllowLocal = true });
        builder.Services.AddSessions(builder.Configuration);
        var functions = builder.Services.AddFunctions(assemblies is [] ? [typeof(LocalHost).Assembly] : assemblies);

        var app = builder.Build();
        app.UseRouting();
        app.UseUnmatched();
        app.MapFunctions(functions);
        return app;
    }

    private static void AddServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Services.AddRoutingCore().AddRouting(routing =>
            routing.SetParameterPolicy<RegexInlineRouteConstraint>("regex"));
        builder.Logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Sessions", LogLevel.Information)
            // Whoever wants a line for each request asks for Information here. While this logs at all, every request
            // pays for an Activity and a scope that nobody reads.
            .AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None)
            // What goes wrong at start is told by Program, once and in short.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddConfiguration(builder.Configuration.GetSection("Logging"));
    }

    private static List<FunctionDeclaration> AddFunctions(this IServiceCollection services, Assembly[] assemblies)
    {
        var functions = assemblies.SelectMany(FunctionDeclaration.In).ToList();
        foreach (var function in functions)
        {
            services.TryAddSingleton(function.Method.DeclaringType!);
        }

        services.AddHostedService(provider => new TimerService(
            [.. TimerFunction.From(functions, provider)],
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TimerService>>()));
        return functions;
    }
}
