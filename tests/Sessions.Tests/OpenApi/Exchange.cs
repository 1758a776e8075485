using System.Text.Json.Nodes;

namespace Sessions.Tests.OpenApi;

/// <summary>A request to an operation and its answer, for the documents to be held against.</summary>
/// <param name="Surface">The surface's document.</param>
/// <param name="Path">The operation's path there.</param>
/// <param name="Method">The operation's method there.</param>
/// <param name="Case">What the request was meant to show.</param>
/// <param name="Sent">What was sent.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="MediaType">The answer's media type, without parameters; null without a body.</param>
/// <param name="Headers">The names of the answer's headers, lower case.</param>
/// <param name="Body">The answer's body; of a stream, the first item.</param>
internal sealed record Exchange(
    string Surface,
    string Path,
    string Method,
    string Case,
    SentRequest Sent,
    int Status,
    string? MediaType,
    IReadOnlyList<string> Headers,
    string Body)
{
    /// <summary>Whether a good request is served; some operations are there to refuse only.</summary>
    public bool IsServed { get; init; }
}

/// <summary>What was sent beside the path.</summary>
/// <param name="Query">The query parameters.</param>
/// <param name="Headers">The headers but for credentials.</param>
/// <param name="MediaType">The body's media type; null without one.</param>
/// <param name="Body">The body's members; null when it is none that the description is to hold for.</param>
internal sealed record SentRequest(
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    string? MediaType,
    JsonNode? Body);
