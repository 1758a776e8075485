using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>A reader of a session's events as lines of JSON, or of whatever text the stream is.</summary>
internal sealed class EventReading : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReading(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body);
    }

    public string? ContentType => _response.Content.Headers.ContentType?.ToString();

    public string? AllowedOrigin =>
        _response.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? origins.Single() : null;

    public static Task<EventReading> Open(
        HttpClient http, string session, string query = "", params (string Name, string Value)[] headers) =>
        OpenAt(http, $"{ConversationClient.Collection}/{session}/events{query}", headers);

    /// <summary>A reader of all of a user's sessions.</summary>
    public static Task<EventReading> OpenInbox(
        HttpClient http, string query = "", params (string Name, string Value)[] headers) =>
        OpenAt(http, $"/v1/conversation/events{query}", headers);

    private static async Task<EventReading> OpenAt(
        HttpClient http, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>A reader who is behind nothing, which the stream says at once.</summary>
    public static async Task<EventReading> OpenQuiet(HttpClient http, string session, string query = "")
    {
        var reading = await Open(http, session, query);
        Assert.Equal("HEARTBEAT", TypeOf((await reading.Next())!));
        return reading;
    }

    /// <summary>Everything that has happened in a session, by its types: see <see cref="All"/>.</summary>
    public static async Task<IReadOnlyList<string>> Types(SessionsApp app, ConversationClient client, string session) =>
        [.. (await All(app, client, session)).Select(TypeOf)];

    /// <summary>
    /// Everything that has happened in a session up to now. Its reader waits longer than a lease lasts, and what that
    /// brings is left out.
    /// </summary>
    public static async Task<IReadOnlyList<JsonNode>> All(SessionsApp app, ConversationClient client, string session)
    {
        var now = app.Clock.Now;
        using var reading = await Open(client.Http, session);
        List<JsonNode> events = [];
        while (await app.Clock.AdvanceUntil(reading.Next()) is { } item
            && TypeOf(item) is not ("HEARTBEAT" or "RESUME")
            && DateTimeOffset.Parse((string)item["event"]!["createTime"]!, null) <= now)
        {
            events.Add(item);
        }

        return events;
    }

    private static string TypeOf(JsonNode item) => (string)item["event"]!["type"]!;

    /// <summary>The next line; null at the end.</summary>
    public Task<string?> Line() => _lines.ReadLineAsync();

    /// <summary>The next item; null at the end.</summary>
    public async Task<JsonNode?> Next() => await Line() is { } line ? JsonNode.Parse(line) : null;

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
