using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// Answers for paths and methods that no function serves, in the shape of the surface that owns the path.
/// </summary>
internal static class Unmatched
{
    // The path is not told back: it may be of any length, and what is in it is the caller's.
    private static readonly Refusal _nothing = new(RefusalKind.NotFound, "There is nothing at this path.");

    private static readonly Refusal _otherMethod = new(
        RefusalKind.MethodNotAllowed, "This path takes other methods; the Allow header names them.");

    /// <summary>Adds the answers between routing and the functions.</summary>
    public static void UseUnmatched(this IApplicationBuilder app)
    {
        ISurface[] surfaces = [.. app.ApplicationServices.GetServices<ISurface>()];
        app.Use(next => context => context.GetEndpoint() switch
        {
            null => Refuse(context, surfaces, _nothing),
            { Metadata: var metadata } when metadata.GetMetadata<FunctionDeclaration>() is not null => next(context),
            var builtIn => RefuseMethod(context, surfaces, builtIn.RequestDelegate!),
        });
    }

    /// <summary>
    /// Routing's own endpoint for a known path with another method knows the Allow header, but has no body.
    /// </summary>
    private static async Task RefuseMethod(HttpContext context, ISurface[] surfaces, RequestDelegate builtIn)
    {
        await builtIn(context);
        await Refuse(context, surfaces, _otherMethod);
    }

    private static Task Refuse(HttpContext context, ISurface[] surfaces, Refusal refusal)
    {
        var owner = Array.Find(surfaces, surface => surface.Owns(context.Request.Path));
        return (owner?.Refuse(context.Request, refusal) ?? Plain(refusal)).ExecuteAsync(context);
    }

    private static IResult Plain(Refusal refusal) => refusal.Kind is RefusalKind.MethodNotAllowed
        ? Results.Text("""{"error":"method not allowed"}""", MediaTypeNames.Application.Json, statusCode: 405)
        : Results.Text("""{"error":"not found"}""", MediaTypeNames.Application.Json, statusCode: 404);
}
