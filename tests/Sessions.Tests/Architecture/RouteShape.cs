using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;

namespace Sessions.Tests.Architecture;

/// <summary>What one segment of a path must look like to match one segment of a template.</summary>
/// <param name="Literal">All of it, or null when some of it varies.</param>
/// <param name="Prefix">What it begins with at least; lower case, like all texts here.</param>
/// <param name="Suffix">What it ends with at least.</param>
/// <param name="FirstCharacters">What its first character is one of; any when empty.</param>
/// <param name="Accepts">Whether a given segment matches.</param>
internal sealed partial record RouteShape(
    string? Literal, string Prefix, string Suffix, string FirstCharacters, Func<string, bool> Accepts)
{
    private static readonly DefaultInlineConstraintResolver _constraints = MakeResolver();

    public static RouteShape Of(RoutePatternPathSegment segment)
    {
        if (segment is { IsSimple: true, Parts: [RoutePatternParameterPart parameter] })
        {
            return OfParameter(parameter);
        }

        var texts = segment.Parts.Select(Text).ToArray();
        if (!texts.Contains(null))
        {
            var literal = string.Concat(texts);
            return new(literal, literal, literal, "", text => text == literal);
        }

        var pattern = string.Concat(texts.Select(text => text is null ? ".+" : Regex.Escape(text)));
        return new(null, texts[0] ?? "", texts[^1] ?? "", "", text => Regex.IsMatch(text, $"^{pattern}$"));
    }

    /// <summary>Whether some segment might match both. When that cannot be told, it might.</summary>
    public bool Overlaps(RouteShape other) => (Literal, other.Literal) switch
    {
        ({ } literal, _) => other.Accepts(literal),
        (_, { } literal) => Accepts(literal),
        _ => (StartsLike(other.Prefix) && other.StartsLike(Prefix))
            && (Suffix.EndsWith(other.Suffix, StringComparison.Ordinal)
                || other.Suffix.EndsWith(Suffix, StringComparison.Ordinal)),
    };

    private bool StartsLike(string prefix) =>
        (prefix.StartsWith(Prefix, StringComparison.Ordinal) || Prefix.StartsWith(prefix, StringComparison.Ordinal))
        && (prefix is "" || FirstCharacters is "" || FirstCharacters.Contains(prefix[0], StringComparison.Ordinal));

    private static RouteShape OfParameter(RoutePatternParameterPart parameter)
    {
        var policies = parameter.ParameterPolicies.Select(policy => policy.Content!).ToArray();
        var prefixes = policies.Select(policy => RegexPrefix().Match(policy)).Where(match => match.Success);
        var prefix = prefixes.Select(match => Lower(match.Groups[1].Value)).MaxBy(text => text.Length) ?? "";
        var first = policies.Contains("guid") ? "{(0123456789abcdef"
            : policies.Contains("int") || policies.Contains("long") ? "-+0123456789" : "";
        return new(null, prefix, "", first, text => policies.All(policy => Fits(policy, text)));
    }

    private static bool Fits(string policy, string text) =>
        _constraints.ResolveConstraint(policy)!.Match(
            null, null, "value", new() { ["value"] = text }, RouteDirection.IncomingRequest);

    private static string? Text(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => Lower(literal.Content),
        RoutePatternSeparatorPart separator => Lower(separator.Content),
        _ => null,
    };

    /// <summary>The host compares literals, and our regexes too, without regard to case.</summary>
    private static string Lower(string text) => text.ToLower(CultureInfo.InvariantCulture);

    private static DefaultInlineConstraintResolver MakeResolver()
    {
        var options = new RouteOptions();
        options.SetParameterPolicy<RegexInlineRouteConstraint>("regex");
        return new(Options.Create(options), new ServiceProviderOfNone());
    }

    [GeneratedRegex(@"^regex\(\^([A-Za-z0-9_-]*)(?![?*{|A-Za-z0-9_-])[^|]*$")]
    private static partial Regex RegexPrefix();

    private sealed class ServiceProviderOfNone : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
