using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sessions.Tests.Isolation;

/// <summary>All that a caller can see of an answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">Status line, headers and body as they came.</param>
internal sealed partial record ProbeReply(HttpStatusCode Status, string Text)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode? Json => JsonNode.Parse(Text[(Text.LastIndexOf('\n') + 1)..]);

    public bool IsRefusal => Status >= HttpStatusCode.BadRequest;

    public static async Task<ProbeReply> Read(HttpResponseMessage response)
    {
        var streams = response.IsSuccessStatusCode
            && response.Content.Headers.ContentType?.MediaType is not "application/json";
        // The second at which it was sent is the clock's.
        var headers = response.Headers.Where(header => header.Key != "Date").Concat(response.Content.Headers)
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var body = streams ? "" : await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, string.Join('\n', [$"{response.StatusCode}", .. headers, body]));
    }

    /// <summary>The text without the ids that were sent and those that differ in every answer.</summary>
    public string Without(IReadOnlyDictionary<string, string> ids)
    {
        var text = ids.OrderByDescending(id => id.Value.Length).Aggregate(
            Text, (kept, id) => kept.Replace(id.Value, $"<{id.Key}>", StringComparison.OrdinalIgnoreCase));
        return Lengths().Replace(Ids().Replace(text, "<id>"), "");
    }

    [GeneratedRegex("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,}")]
    private static partial Regex Ids();

    // An id of another length is no leak: it came with the request.
    [GeneratedRegex("^Content-Length: .*$", RegexOptions.Multiline)]
    private static partial Regex Lengths();
}
