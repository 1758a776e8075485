using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Streams whose reader does not read.</summary>
[Trait("Host", "Kestrel")]
[Trait("Store", "Own")]
public sealed class SlowReaderTests : IAsyncLifetime
{
    private const int Messages = 200;
    private const int MessageLength = 60_000;
    private const int Readers = 60;
    private OwnServer _server = null!;

    public async Task InitializeAsync() => _server = await OwnServer.Start(
        static builder => builder.Configuration["Limits:StreamDrain"] = "00:00:03");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Whoever_does_not_read_for_seconds_is_sent_no_more_and_told_where_to_resume()
    {
        await Publish();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        await socket.ConnectAsync("127.0.0.1", _server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            "GET /v1/conversation/sessions/talk/events HTTP/1.0\r\nHost: a\r\n"
            + $"Authorization: Bearer {TestAccounts.AcmeToken}\r\n\r\n"));

        await Task.Delay(TimeSpan.FromSeconds(4.5));

        var last = JsonNode.Parse((await ReadToEnd(socket)).TrimEnd().Split('\n')[^1])!["event"]!;
        Assert.Equal("RESUME", (string?)last["type"]);
        Assert.InRange((int)last["sequence"]!, 1, Messages - 1);
    }

    [Fact]
    public async Task Whoever_does_not_read_a_WebSocket_for_seconds_is_told_where_to_resume()
    {
        await Publish();
        using var handler = new SocketsHttpHandler { ConnectCallback = Narrow };
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {TestAccounts.AcmeToken}");
        var address = new UriBuilder(_server.Address)
        {
            Scheme = "ws", Path = "/v1/conversation/sessions/talk/events",
        };
        await socket.ConnectAsync(address.Uri, invoker, default);

        await Task.Delay(TimeSpan.FromSeconds(4.5));

        var last = JsonNode.Parse(await LastOf(socket))!["event"]!;
        Assert.Equal("RESUME", (string?)last["type"]);
        Assert.InRange((int)last["sequence"]!, 1, Messages - 1);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Many_who_do_not_read_hold_little_memory()
    {
        await Publish();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = new List<Socket>();
        for (var i = 0; i < Readers; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
            sockets.Add(socket);
            await socket.ConnectAsync("127.0.0.1", _server.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                "GET /v1/conversation/sessions/talk/events HTTP/1.1\r\nHost: a\r\n"
                + $"Authorization: Bearer {TestAccounts.AcmeToken}\r\n\r\n"));
        }

        await Task.Delay(TimeSpan.FromSeconds(1.5));
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        sockets.ForEach(socket => socket.Dispose());
        // A third of what there is for them: other tests are busy beside, and what they hold counts, too.
        Assert.InRange(held, long.MinValue, (long)Readers * Messages * MessageLength / 3);
    }

    private async Task Publish()
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        var alice = new ConversationClient(http.WithBearer(TestAccounts.AcmeToken));
        await alice.New("talk");
        await Task.WhenAll(Enumerable.Range(0, Messages).Select(_ =>
            alice.Publish("talk", "alice", $$"""{"text": "{{new string('x', MessageLength)}}"}""")));
    }

    private static async ValueTask<Stream> Narrow(
        SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<string> LastOf(ClientWebSocket socket)
    {
        var (last, buffer) = ("", new byte[128 * 1024]);
        while (true)
        {
            var length = 0;
            WebSocketReceiveResult said;
            do
            {
                said = await socket.ReceiveAsync(new(buffer, length, buffer.Length - length), default);
                length += said.Count;
            }
            while (!said.EndOfMessage);

            if (said.MessageType is WebSocketMessageType.Close)
            {
                return last;
            }

            last = Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    private static async Task<string> ReadToEnd(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await socket.ReceiveAsync(buffer)) > 0;)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
