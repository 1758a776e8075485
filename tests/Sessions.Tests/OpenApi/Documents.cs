using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.Hosting;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.OpenApi;

/// <summary>The documents that the service gives, and what the functions' attributes say must be in them.</summary>
internal static partial class Documents
{
    /// <summary>The surfaces' names in addresses, by their names in code; one that is several APIs has more.</summary>
    public static IReadOnlyDictionary<string, string> Slugs { get; } = new Dictionary<string, string>
    {
        ["TwilioProxy"] = "twilio-proxy",
        ["BandwidthWebRtc"] = "bandwidth-webrtc",
        ["CamaraWebRtc"] = "camara-webrtc",
        ["Conversation"] = "conversation",
        ["LiveStream"] = "live-stream",
        ["Operator"] = "operator",
    };

    // What a document of one version has in the place of what routes leave open.
    private static readonly string[] _open = ["api", "version"];

    /// <summary>Every document by its name in addresses, with the sample that fits it.</summary>
    public static IReadOnlyDictionary<string, ISurfaceSample> Samples { get; } = Slugs
        .Where(slug => slug.Key is not "CamaraWebRtc")
        .Select(slug => KeyValuePair.Create(slug.Value, SurfaceSamples.All[slug.Key]))
        .Concat(CamaraEdition.All.Select(edition =>
            KeyValuePair.Create(edition.Slug, (ISurfaceSample)new CamaraWebRtcSample(edition))))
        .ToDictionary();

    public static async Task<JsonObject> Fetch(SessionsApp app, string slug)
    {
        using var client = app.Anonymous();
        var text = await client.GetStringAsync(new Uri($"/openapi/{slug}.json", UriKind.Relative));
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>The operations of a document, with their paths and methods.</summary>
    public static IEnumerable<(string Method, string Path, JsonObject Operation)> OperationsOf(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (operation.Key, path.Key, operation.Value!.AsObject());

    /// <summary>The functions that a document tells of.</summary>
    public static IEnumerable<HttpFunction> FunctionsOf(string slug) => HttpFunction.All.Where(function =>
        function.Surface == Samples[slug].Surface && Samples[slug].TellsOf(function.Name));

    /// <summary>The path of a function as OpenAPI writes it, with the version where the document is of one.</summary>
    public static string PathOf(string slug, string function)
    {
        var declared = FunctionDeclaration.Own.Single(each => each.Name == function);
        var path = "/" + Constraint().Replace(declared.Http!.Route!, "{$1}");
        var sample = Samples[slug];
        return _open.Aggregate(path, (open, name) => open.Replace(
            $"{{{name}}}", sample.Absent.GetValueOrDefault(sample.IdOf(function, name)), StringComparison.Ordinal));
    }

    /// <summary>What a document calls an operation.</summary>
    public static string IdOf(string slug, HttpFunction function, string method) =>
        Samples[slug].OperationOf(function.Name)
        ?? NameOf(function) + (function.Methods.Count == 1 || method is "post"
            ? ""
            : $"By{method[..1].ToUpperInvariant()}{method[1..]}");

    private static string NameOf(HttpFunction function)
    {
        var name = function.Name[(function.Surface.Length + 1)..];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    // Braces in a constraint are doubled.
    [GeneratedRegex(@"\{(\w+)(?::(?:[^{}]|\{\{|\}\})*)?\}")]
    private static partial Regex Constraint();
}
