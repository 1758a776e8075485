using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.Hosting;
using Sessions.Tests.Support;

namespace Sessions.Tests.OpenApi;

/// <summary>The documents that the service gives, and what the functions' attributes say must be in them.</summary>
internal static partial class Documents
{
    /// <summary>The surfaces' names in addresses, by their names in code.</summary>
    public static IReadOnlyDictionary<string, string> Slugs { get; } = new Dictionary<string, string>
    {
        ["TwilioProxy"] = "twilio-proxy",
        ["BandwidthWebRtc"] = "bandwidth-webrtc",
        ["CamaraWebRtc"] = "camara-webrtc",
        ["Conversation"] = "conversation",
        ["LiveStream"] = "live-stream",
        ["Operator"] = "operator",
    };

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

    /// <summary>The path of a function as OpenAPI writes it.</summary>
    public static string PathOf(string function)
    {
        var declared = FunctionDeclaration.Own.Single(each => each.Name == function);
        return "/" + Constraint().Replace(declared.Http!.Route!, "{$1}");
    }

    // Braces in a constraint are doubled.
    [GeneratedRegex(@"\{(\w+)(?::(?:[^{}]|\{\{|\}\})*)?\}")]
    private static partial Regex Constraint();
}
