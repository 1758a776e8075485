using Microsoft.AspNetCore.Routing.Patterns;

namespace Sessions.Tests.Architecture;

/// <summary>
/// Whether some path matches two route templates. The Functions host takes the first match in the order of the
/// functions' names, so a path that matches two may reach the wrong one.
/// </summary>
internal static class RouteOverlap
{
    public static bool Between(string one, string other)
    {
        var (a, b) = (RoutePatternFactory.Parse(one), RoutePatternFactory.Parse(other));
        return Lengths(a, b).Any(length => Enumerable.Range(0, length).All(i => At(a, i).Overlaps(At(b, i))));
    }

    /// <summary>Whether the template matches some path whose first segment is this word.</summary>
    public static bool MayBeginWith(string template, string word) =>
        At(RoutePatternFactory.Parse(template), 0).Accepts(word);

    public static bool IsCatchAll(string template) =>
        RoutePatternFactory.Parse(template).Parameters.Any(parameter => parameter.IsCatchAll);

    /// <summary>The numbers of segments that both take: an optional one at the end may be missing.</summary>
    private static IEnumerable<int> Lengths(RoutePattern a, RoutePattern b)
    {
        var from = Math.Max(Shortest(a), Shortest(b));
        var to = Math.Min(a.PathSegments.Count, b.PathSegments.Count);
        return Enumerable.Range(from, Math.Max(0, to - from + 1));
    }

    private static int Shortest(RoutePattern pattern) =>
        pattern.PathSegments.Count - pattern.PathSegments.Reverse().TakeWhile(IsOptional).Count();

    private static bool IsOptional(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternParameterPart part] && (part.IsOptional || part.Default is not null);

    private static RouteShape At(RoutePattern pattern, int i) => RouteShape.Of(pattern.PathSegments[i]);
}
