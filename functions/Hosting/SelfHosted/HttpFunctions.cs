using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Sessions.Hosting.SelfHosted;

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
            var instance = app.ServiceProvider.GetRequiredService(function.Method.DeclaringType!);
            var call = Call(function.Method.CreateDelegate<Func<HttpRequest, Task<IResult>>>(instance));
            app.Map(function, call).WithDisplayName(function.Name).WithMetadata(function);
        }
    }

    private static RequestDelegate Call(Func<HttpRequest, Task<IResult>> function) =>
        async context => await (await function(context.Request)).ExecuteAsync(context);

    private static IEndpointConventionBuilder Map(
        this IEndpointRouteBuilder app, FunctionDeclaration function, RequestDelegate call) => function.Methods is []
            ? app.Map(function.Route, call)
            : app.MapMethods(function.Route, function.Methods, call);
}
