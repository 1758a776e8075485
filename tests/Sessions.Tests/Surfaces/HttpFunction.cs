using Microsoft.AspNetCore.Routing.Patterns;
using Sessions.Health;
using Sessions.Hosting;
using Sessions.OpenApi;
using Sessions.OperatorConsole;

namespace Sessions.Tests.Surfaces;

/// <summary>A function that is served over HTTP, as its attributes declare it.</summary>
internal sealed class HttpFunction
{
    private static readonly Type[] _ofNoSurface =
        [typeof(ConsoleFunctions), typeof(HealthFunctions), typeof(OpenApiFunctions), typeof(UnmatchedFunctions)];

    private readonly RoutePattern _route;

    private HttpFunction(FunctionDeclaration declaration)
    {
        Name = declaration.Name;
        _route = RoutePatternFactory.Parse(declaration.Route);
        Methods =
        [
            .. declaration.Methods.Select(method => method.ToUpperInvariant()).Where(method => method is not "HEAD"),
        ];
    }

    /// <summary>
    /// Every one of the service. A new function is in it on the day it is added, but for those that are of no surface
    /// and know no tenant.
    /// </summary>
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from declaration in FunctionDeclaration.Own
           where declaration.Http is not null && !_ofNoSurface.Contains(declaration.Method.DeclaringType)
           select new HttpFunction(declaration),
    ];

    public string Name { get; }

    /// <summary>The surface that it is named by.</summary>
    public string Surface => Name[..Name.IndexOf('_', StringComparison.Ordinal)];

    /// <summary>What it is called with; HEAD, which goes with GET, left out.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>The names of the ids in its route.</summary>
    public IEnumerable<string> Ids => _route.Parameters.Select(IdOf);

    public static HttpFunction Named(string name) => All.Single(function => function.Name == name);

    /// <summary>The path with these values, as they stand, in the place of its ids.</summary>
    public string Path(Func<string, string> value) => "/" + string.Join('/', _route.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => value(IdOf(parameter)),
            _ => "",
        }))));

    public override string ToString() => Name;

    private string IdOf(RoutePatternParameterPart parameter) => SurfaceSamples.Of(this).IdOf(Name, parameter.Name);
}
