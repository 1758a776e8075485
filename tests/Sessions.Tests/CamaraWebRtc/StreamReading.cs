using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>A reader of a subscription's events as server-sent events.</summary>
internal sealed class StreamReading : IDisposable
{
    private readonly SessionsApp _app;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private StreamReading(SessionsApp app, HttpResponseMessage response, Stream body)
    {
        (_app, _response) = (app, response);
        _lines = new StreamReader(body);
    }

    /// <summary>The id of the last event that was read, as a client sends it back.</summary>
    public string LastId { get; private set; } = "";

    public static async Task<StreamReading> Open(
        SessionsApp app, string token, string subscription, string? lastId = null)
    {
        var response = await Ask(app, token, subscription, lastId);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.Contains("x-correlator"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        return new(app, response, await response.Content.ReadAsStreamAsync());
    }

    public static async Task<HttpResponseMessage> Ask(
        SessionsApp app, string token, string subscription, string? lastId = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{subscription}/events", UriKind.Relative));
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        return await app.Anonymous().WithBearer(token).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>
    /// The next event, for which time is moved on once nothing is on its way any more; null at the end of the stream.
    /// </summary>
    public async Task<JsonNode?> Next()
    {
        await _app.EventsLeft(0);
        return await _app.Clock.AdvanceUntil(Read());
    }

    /// <summary>Waits until the stream says that it is there; fails when it says anything else.</summary>
    public async Task Quiet()
    {
        Assert.Equal(": heartbeat", await _lines.ReadLineAsync());
        Assert.Equal("", await _lines.ReadLineAsync());
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }

    private async Task<JsonNode?> Read()
    {
        JsonNode? told = null;
        while (await _lines.ReadLineAsync() is { } line)
        {
            if (line is "" && told is not null)
            {
                return told;
            }

            LastId = Field(line, "id: ") ?? LastId;
            told = Field(line, "data: ") is { } data ? JsonNode.Parse(data) : told;
        }

        return null;
    }

    private static string? Field(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) ? line[name.Length..] : null;
}
