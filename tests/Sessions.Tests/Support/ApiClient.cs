using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Support;

/// <summary>Sends requests to the service and reads JSON answers.</summary>
internal sealed class ApiClient(HttpClient http)
{
    public async Task<ApiReply> Send(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        request.Content = content;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What came back.</summary>
internal sealed record ApiReply(HttpStatusCode Status, JsonNode? Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A member of the body as text; null for null.</summary>
    public string? this[string name] => Body![name]?.ToString();

    /// <summary>The reply, which must have this status.</summary>
    public ApiReply Is(HttpStatusCode status)
    {
        Assert.True(status == Status, $"Expected {status}, got {Status}: {Body}");
        return this;
    }
}
