using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>A sink of events: a real web server, whose requests are read as CloudEvents.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly WebhookSink _server;

    private Sink(WebhookSink server) => _server = server;

    public string Url => _server.Url;

    public int Count => _server.Count;

    public WebhookSink Server => _server;

    [SuppressMessage("Reliability", "CA2000", Justification = "The sink owns its server.")]
    public static async Task<Sink> Start() => new(await WebhookSink.Start());

    /// <summary>The next event that comes, which must be a CloudEvent in its structured form.</summary>
    public async Task<Told> Next()
    {
        var received = await _server.Next();
        var body = JsonNode.Parse(received.Body)!.AsObject();
        Assert.Equal("POST", received.Method);
        Assert.Equal("application/cloudevents+json", received.Headers["Content-Type"]);
        Assert.Equal($"{body["id"]}", received.Headers["x-correlator"]);
        Assert.Equal(
            ["data", "datacontenttype", "id", "source", "specversion", "time", "type"],
            body.Select(member => member.Key).Order());
        Assert.Equal(("1.0", "application/json"), ($"{body["specversion"]}", $"{body["datacontenttype"]}"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", $"{body["time"]}");
        return new(
            $"{body["id"]}", $"{body["type"]}", $"{body["source"]}", body["data"]!.AsObject(), received.Headers);
    }

    /// <summary>The next events, so many.</summary>
    public async Task<IReadOnlyList<Told>> Next(int count)
    {
        List<Told> told = [];
        while (told.Count < count)
        {
            told.Add(await Next());
        }

        return told;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>An event as a sink got it.</summary>
internal sealed record Told(
    string Id, string FullType, string Source, JsonObject Data, IReadOnlyDictionary<string, string> Headers)
{
    public string Type => FullType.Split('.')[^1];

    public string? Status => Data["status"]?.ToString();

    public int? Sequence => (int?)Data["sequenceNumber"];

    public string? this[string name] => Data[name]?.ToString();
}
