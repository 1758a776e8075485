using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Surfaces;

/// <summary>Turns the members of a sample into what goes over the wire.</summary>
internal static class SampleBody
{
    public const string Form = "application/x-www-form-urlencoded";
    public const string Json = "application/json";

    // Leaves the marks of ids as they are.
    private static readonly JsonSerializerOptions _relaxed =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string MediaType(ISurfaceSample surface) => surface.TakesForms ? Form : Json;

    /// <summary>The body of these members; the values are JSON texts, good or not.</summary>
    public static string Encode(bool form, IEnumerable<(string Name, string Json)> members) => form
        ? string.Join('&', members.SelectMany(Fields))
        : $"{{{string.Join(',', members.Select(member => $"{JsonSerializer.Serialize(member.Name)}:{member.Json}"))}}}";

    /// <summary>The members of a sample's body.</summary>
    public static IEnumerable<(string Name, string Json)> Members(string? body) => body is null
        ? []
        : JsonNode.Parse(body)!.AsObject()
            .Select(member => (member.Key, member.Value?.ToJsonString(_relaxed) ?? "null"));

    public static HttpContent? Content(ISurfaceSample surface, string? body)
    {
        if (body is null)
        {
            return null;
        }

        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Encode(surface.TakesForms, Members(body))));
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaType(surface));
        return content;
    }

    // In a form an array is a field that is repeated, and an object in it is its JSON.
    private static IEnumerable<string> Fields((string Name, string Json) member) =>
        Texts(member.Json).Select(text => $"{Uri.EscapeDataString(member.Name)}={Uri.EscapeDataString(text)}");

    private static string[] Texts(string json)
    {
        try
        {
            using var value = JsonDocument.Parse(json);
            return value.RootElement.ValueKind is JsonValueKind.Array
                ? [.. value.RootElement.EnumerateArray().Select(each => each.ToString())]
                : [value.RootElement.ToString()];
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return [json];
        }
    }
}
