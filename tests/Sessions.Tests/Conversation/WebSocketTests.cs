using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>The stream over a WebSocket, on Kestrel; behind a Functions host it says to read it otherwise.</summary>
public sealed class WebSocketTests : ConversationTest
{
    [Fact]
    public async Task A_WebSocket_tells_what_the_stream_tells_and_closes_after_the_end()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        using var socket = await Open(id, $"?ticket={await Ticket()}");
        if (socket is null)
        {
            return;
        }

        var first = await Next(socket);
        (await Alice.Publish(id, "alice", "2")).Is(HttpStatusCode.OK);
        var second = await Next(socket);
        (await Alice.Delete(id)).Is(HttpStatusCode.OK);

        Assert.Equal((1, 1), ((int)first!["event"]!["sequence"]!, (int)first["message"]!));
        Assert.Equal((2, 2), ((int)second!["event"]!["sequence"]!, (int)second["message"]!));
        Assert.Equal("ENDED", (string)(await Next(socket))!["event"]!["type"]!);
        Assert.Null(await Next(socket));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task A_WebSocket_begins_behind_what_the_reader_has_and_beats()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "1");
        await Alice.Publish(id, "alice", "2");

        using var behind = await Open(id, $"?after=1&ticket={await Ticket()}");
        using var quiet = await Open(id, $"?after=latest&ticket={await Ticket()}");

        if (behind is not null && quiet is not null)
        {
            Assert.Equal(2, (int)(await Next(behind))!["event"]!["sequence"]!);
            Assert.Equal("HEARTBEAT", (string)(await Next(quiet))!["event"]!["type"]!);
        }
    }

    [Fact]
    public async Task A_WebSocket_tells_what_an_inbox_tells()
    {
        await Alice.New("room", ("owners", new JsonArray("alice")));
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        using var socket = await OpenAt($"/v1/conversation/events?ticket={await Ticket()}");
        if (socket is null)
        {
            return;
        }

        Assert.Equal("sessions/room", (string?)(await Said(socket))["sessions"]![0]);
        await Alice.Publish("room", "alice", "1");
        var told = await Said(socket);
        Assert.Equal((1, "sessions/room"), ((int)told["message"]!, (string?)told["session"]));
        Assert.NotEqual("", (string?)told["cursor"]);
    }

    [Fact]
    public async Task A_reader_who_says_something_is_let_go_and_one_who_leaves_ends_the_stream()
    {
        var id = await Alice.New();
        using var talking = await Open(id, $"?ticket={await Ticket()}");
        using var leaving = await Open(id, $"?ticket={await Ticket()}");
        if (talking is null || leaving is null)
        {
            return;
        }

        await talking.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, default);
        // That needs no time: were it moved, the stream could come to its end before.
        var buffer = new byte[64 * 1024];
        while ((await talking.ReceiveAsync(buffer, default)).MessageType is not WebSocketMessageType.Close)
        {
        }

        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, talking.CloseStatus);
        await leaving.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)
            .WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketState.Closed, leaving.State);
    }

    [Fact]
    public async Task Who_may_not_read_is_refused_before_there_is_a_WebSocket()
    {
        var hidden = await Alice.New(null, ("sessionType", 2));
        (string, string)[] asked = [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")];
        var nobody = new ConversationClient(App.Anonymous());

        (await nobody.Send(HttpMethod.Get, $"{hidden}/events", null, asked)).IsError(16, "CREDENTIALS_REQUIRED");

        // A request for a WebSocket that comes without what HTTP/1.1 has for it, as behind a Functions host.
        var reply = await Alice.Send(HttpMethod.Get, $"{hidden}/events", null, asked);
        Assert.Equal(HttpStatusCode.UpgradeRequired, reply.Status);
        Assert.Contains("text/event-stream", reply["message"], StringComparison.Ordinal);
        Assert.Equal("WEBSOCKET_UNAVAILABLE", (string)reply.Body!["details"]![0]!["reason"]!);
    }

    private async Task<string> Ticket() =>
        (await Alice.Post("/v1/conversation/streamTickets", "")).Is(HttpStatusCode.OK)["token"]!;

    // Null behind a Functions host, which has none.
    private Task<WebSocket?> Open(string session, string query) =>
        OpenAt($"{ConversationClient.Collection}/{session}/events{query}");

    private async Task<WebSocket?> OpenAt(string path)
    {
        if (App.Server is { } server)
        {
            return await server.CreateWebSocketClient().ConnectAsync(new($"ws://localhost{path}"), default);
        }

        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new($"ws://{App.Address!.Authority}{path}"), default));
        Assert.Equal(HttpStatusCode.UpgradeRequired, socket.HttpStatusCode);
        return null;
    }

    // Comes at once: the clock stands still.
    private static async Task<JsonNode> Said(WebSocket socket)
    {
        var buffer = new byte[4096];
        var said = await socket.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(10));
        return JsonNode.Parse(buffer.AsSpan(0, said.Count))!;
    }

    private async Task<JsonNode?> Next(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var said = await App.Clock.AdvanceUntil(socket.ReceiveAsync(buffer, default));
        return said.MessageType is WebSocketMessageType.Close
            ? null
            : JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, said.Count));
    }
}
