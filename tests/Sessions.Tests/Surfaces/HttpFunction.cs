using Microsoft.AspNetCore.Routing.Patterns;
using Sessions.Hosting.Local;

namespace Sessions.Tests.Surfaces;

/// <summary>A function that is served over HTTP, as its attributes declare it.</summary>
internal sealed class HttpFunction
{
    private readonly RoutePattern _route;

    private HttpFunction(FunctionDeclaration declaration)
    {
        Name = declaration.Name;
        _route = RoutePatternFactory.Parse(declaration.Http!.Route ?? declaration.Name);
        Methods = [.. declaration.Http.Methods.Select(method => method.ToUpperInvariant())];
    }

    /// <summary>Every one of the service. A new function is in it on the day it is added.</summary>
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from declaration in FunctionDeclaration.In(typeof(LocalHost).Assembly)
           where declaration.Http is not null
           select new HttpFunction(declaration),
    ];

    public string Name { get; }

    /// <summary>The surface that it is named by.</summary>
    public string Surface => Name[..Name.IndexOf('_', StringComparison.Ordinal)];

    public IReadOnlyList<string> Methods { get; }

    /// <summary>The names of the parameters of its route.</summary>
    public IEnumerable<string> Parameters => _route.Parameters.Select(parameter => parameter.Name);

    public static HttpFunction Named(string name) => All.Single(function => function.Name == name);

    /// <summary>The path with these values, as they stand, in the place of its parameters.</summary>
    public string Path(Func<string, string> value) => "/" + string.Join('/', _route.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => value(parameter.Name),
            _ => "",
        }))));

    public override string ToString() => Name;
}
