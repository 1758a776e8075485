using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Hosting;

namespace Sessions.Simulation;

/// <summary>
/// Finds the function that a request is for, as the hosts do. Routes are the same for all instances, and to make them
/// anew for each would take longer than most instances live.
/// </summary>
internal sealed class FunctionRouter
{
    private static readonly Lazy<FunctionRouter> _shared = new(() => new FunctionRouter());
    private readonly RequestDelegate _route;

    private FunctionRouter()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore().AddRouting(routing =>
            routing.SetParameterPolicy<RegexInlineRouteConstraint>("regex"));
        var app = builder.Build();
        app.UseRouting();
        app.UseEndpoints(routes =>
        {
            foreach (var function in FunctionDeclaration.Own.Where(function => function.Http is not null))
            {
                routes.MapMethods(function.Route, function.Methods, _ => Task.CompletedTask)
                    .WithDisplayName(function.Name)
                    .WithMetadata(function);
            }
        });
        _route = ((IApplicationBuilder)app).Build();

        // The first one has the tables made; whoever came second meanwhile would wait outside of its simulation.
        var first = new DefaultHttpContext { Request = { Method = "GET", Path = "/health/live" } };
        _route(first).GetAwaiter().GetResult();
    }

    /// <summary>The one that all share.</summary>
    public static FunctionRouter Shared => _shared.Value;

    /// <summary>The function of a request, whose route values are then known.</summary>
    /// <exception cref="SimulationException">There is none, or it could not be told at once.</exception>
    public FunctionDeclaration Find(HttpContext context)
    {
        if (!_route(context).IsCompletedSuccessfully)
        {
            throw new SimulationException("The routes are not ready.");
        }

        return context.GetEndpoint()?.Metadata.GetMetadata<FunctionDeclaration>()
            ?? throw new SimulationException($"No function takes {context.Request.Method} {context.Request.Path}.");
    }
}
