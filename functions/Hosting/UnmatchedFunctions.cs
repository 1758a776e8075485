using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.Hosting;

/// <summary>
/// Answers what no other function takes, in the shape of the surface that owns the path. A Functions host would answer
/// with an empty 404.
/// </summary>
public sealed class UnmatchedFunctions(IEnumerable<ISurface> surfaces, RouteTable routes, Cors cors)
{
    /// <summary>The function's name. A Functions host asks its functions in the order of their names.</summary>
    public const string Name = "zz_Unmatched";

    // The path is not told back: it may be of any length, and what is in it is the caller's.
    private static readonly Refusal _nothing = new(RefusalKind.NotFound, "There is nothing at this path.");

    private static readonly Refusal _otherMethod = new(
        RefusalKind.MethodNotAllowed, "This path takes other methods; the Allow header names them.");

    private static readonly Refusal _otherPage = new(
        RefusalKind.Forbidden, "Pages of this origin may not call. The setting Cors__Origins__0 names one that may.")
    {
        Cause = "ORIGIN_NOT_ALLOWED",
    };

    private readonly ISurface[] _surfaces = [.. surfaces];

    /// <summary>
    /// 405 with <c>Allow</c> where other methods are taken, else 404. Preflights come here, too, and are answered
    /// without credentials, which they never carry.
    /// </summary>
    [Function(Name)]
    public Task<IResult> Refuse(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", "trace",
            Route = "{*path}")]
        HttpRequest request)
    {
        var methods = routes.MethodsAt(request.HttpContext);
        if (Cors.IsPreflight(request))
        {
            return Task.FromResult(cors.Preflight(request, methods) ?? Refuse(request, _otherPage));
        }

        if (methods.Count == 0)
        {
            return Task.FromResult(Refuse(request, _nothing));
        }

        request.HttpContext.Response.Headers.Allow = string.Join(", ", methods);
        return Task.FromResult(Refuse(request, _otherMethod));
    }

    /// <summary>The refusal in the shape of the surface that owns the path, else in a plain one.</summary>
    internal static IResult Refuse(ISurface[] surfaces, HttpRequest request, Refusal refusal) =>
        Array.Find(surfaces, surface => surface.Owns(request.Path))?.Refuse(request, refusal) ?? Plain(refusal);

    private IResult Refuse(HttpRequest request, Refusal refusal) => Refuse(_surfaces, request, refusal);

    private static IResult Plain(Refusal refusal)
    {
        var (status, error) = refusal.Kind switch
        {
            RefusalKind.Forbidden => (403, "forbidden"),
            RefusalKind.NotFound => (404, "not found"),
            RefusalKind.MethodNotAllowed => (405, "method not allowed"),
            RefusalKind.TimedOut => (408, "request timeout"),
            RefusalKind.TooLarge => (413, "payload too large"),
            RefusalKind.UriTooLong => (414, "uri too long"),
            RefusalKind.HeadersTooLarge => (431, "headers too large"),
            _ => (400, "bad request"),
        };
        return Results.Text($$"""{"error":"{{error}}"}""", MediaTypeNames.Application.Json, statusCode: status);
    }
}

/// <summary>
/// Where the functions are. A host's own routing knows it as well, but tells a function only which route led to it.
/// </summary>
public sealed class RouteTable(IEnumerable<FunctionDeclaration> functions, ParameterPolicyFactory policies)
{
    // Most processes never need it, and none at start.
    private readonly Lazy<Route[]> _routes = new(() =>
    [
        .. from function in functions
           where function.Http is not null && function.Name != UnmatchedFunctions.Name
           select new Route(function, policies),
    ]);

    /// <summary>The methods that functions take at the path of this request; none when there is no such path.</summary>
    public IReadOnlyList<string> MethodsAt(HttpContext context)
    {
        var methods =
            from route in _routes.Value
            where route.Matches(context)
            from method in route.Methods
            select method.ToUpperInvariant();
        return [.. methods.Distinct().Order(StringComparer.Ordinal)];
    }

    private sealed class Route
    {
        private readonly TemplateMatcher _template;
        private readonly (string Parameter, IRouteConstraint Constraint)[] _constraints;

        public Route(FunctionDeclaration function, ParameterPolicyFactory policies)
        {
            var pattern = RoutePatternFactory.Parse(function.Route);
            Methods = function.Methods;
            _template = new(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults));
            _constraints =
            [
                .. from parameter in pattern.Parameters
                   from reference in parameter.ParameterPolicies
                   let constraint = policies.Create(parameter, reference) as IRouteConstraint
                   where constraint is not null
                   select (parameter.Name, constraint),
            ];
        }

        public IReadOnlyList<string> Methods { get; }

        public bool Matches(HttpContext context)
        {
            var values = new RouteValueDictionary();
            return _template.TryMatch(context.Request.Path, values) && _constraints.All(each =>
                each.Constraint.Match(context, null, each.Parameter, values, RouteDirection.IncomingRequest));
        }
    }
}
