using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.OpenApi;

/// <summary>One method of a function that is served over HTTP, as its attributes declare it.</summary>
/// <param name="Function">The function.</param>
/// <param name="Name">Its name, unique in the app.</param>
/// <param name="Method">The HTTP method, lower case.</param>
/// <param name="Route">The route, parsed.</param>
/// <param name="Alone">Whether the function has no other method.</param>
internal sealed record DeclaredOperation(
    MethodInfo Function, string Name, string Method, RoutePattern Route, bool Alone)
{
    /// <summary>The surface that the function is named by.</summary>
    public string Surface => Name[..Name.IndexOf('_', StringComparison.Ordinal)];

    /// <summary>The function's name behind the surface's.</summary>
    public string ShortName => Name[(Surface.Length + 1)..];

    /// <summary>What tells it from the surface's others: its short name, and its method if it has several.</summary>
    public string ShortId => Alone ? ShortName : $"{ShortName}_{Method}";

    /// <summary>Its name where the API's own description has none for it, as <c>createService</c>.</summary>
    public string Id => char.ToLowerInvariant(ShortName[0]) + ShortName[1..]
        + (Alone || Method is "post" ? "" : $"By{char.ToUpperInvariant(Method[0])}{Method[1..]}");

    /// <summary>The route as OpenAPI writes it: without constraints.</summary>
    public string Path => "/" + string.Join('/', Route.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => "",
        }))));

    /// <summary>It at a path that its route leaves open.</summary>
    public DeclaredOperation At(string path) => new(Function, Name, Method, RoutePatternFactory.Parse(path), Alone);

    /// <summary>The names of the ids in the route.</summary>
    public IEnumerable<string> Ids => Route.Parameters.Select(parameter => parameter.Name);

    /// <summary>The operations of an assembly's public classes, by path and method.</summary>
    public static IReadOnlyList<DeclaredOperation> In(Assembly assembly)
    {
        var operations =
            from type in assembly.GetExportedTypes()
            from function in type.GetMethods()
            let name = function.GetCustomAttribute<FunctionAttribute>()?.Name
            let trigger = function.GetParameters().FirstOrDefault()?.GetCustomAttribute<HttpTriggerAttribute>()
            where name is not null && trigger is not null
            let methods = MethodsOf(trigger)
            from method in methods
            select new DeclaredOperation(
                function, name, method, RoutePatternFactory.Parse(trigger.Route ?? name), methods is [_]);
        return
        [
            .. operations
                .OrderBy(operation => operation.Path, StringComparer.Ordinal)
                .ThenBy(operation => operation.Method, StringComparer.Ordinal),
        ];
    }

    // None stands for all. A HEAD is its GET without the body, which goes without saying.
    private static string[] MethodsOf(HttpTriggerAttribute trigger)
    {
        IEnumerable<string> methods = trigger.Methods ?? [];
        string[] named = [.. methods.Select(HttpMethods.GetCanonicalizedValue).Select(Lower)];
        return named is []
            ? ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
            : [.. named.Where(method => method is not "head" || !named.Contains("get"))];
    }

    // OpenAPI writes methods in lower case.
    private static string Lower(string method) => new([.. method.Select(char.ToLowerInvariant)]);
}
