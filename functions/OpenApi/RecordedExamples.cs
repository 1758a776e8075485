using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Sessions.OpenApi;

/// <summary>
/// What the operations of a document really answered once: <c>Examples/{slug}.json</c>, which a test records and holds
/// true. By operation and status; a body that is no JSON is a text there.
/// </summary>
internal sealed class RecordedExamples
{
    private readonly JsonObject _byOperation;

    private RecordedExamples(JsonObject byOperation) => _byOperation = byOperation;

    /// <summary>Those of a document; none when nothing was recorded.</summary>
    public static RecordedExamples Of(string slug)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"examples/{slug}.json");
        return new(file is null ? [] : JsonNode.Parse(file)!.AsObject());
    }

    /// <summary>What was sent as a webhook; null when none was recorded.</summary>
    public JsonNode? Sent(string webhook) => _byOperation[webhook]?["sent"];

    /// <summary>The body of a success; null when none was recorded.</summary>
    public JsonNode? Of(string operation, int status) =>
        _byOperation[operation]?[status.ToString(CultureInfo.InvariantCulture)];
}
