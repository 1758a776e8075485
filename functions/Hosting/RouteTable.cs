using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace Sessions.Hosting;

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
