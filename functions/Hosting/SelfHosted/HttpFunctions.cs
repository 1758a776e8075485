using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

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
