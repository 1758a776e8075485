using System.Net;
using System.Net.Sockets;
using System.Text;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;

namespace Sessions.Tests.Limits;

/// <summary>What streams hold for readers who do not read.</summary>
[Trait("Host", "Kestrel")]
[Trait("Store", "Own")]
public sealed class UnsentTests : IAsyncLifetime
{
    private const string Events = "/v1/conversation/sessions/talk/events";
    private const int MessageLength = 60_000;

    // As many as an account may have open.
    private const int Readers = 20;
    private readonly List<Socket> _sockets = [];
    private OwnServer _server = null!;

    public async Task InitializeAsync() => _server = await OwnServer.Start(static builder =>
    {
        builder.Configuration["Limits:StreamDrain"] = "00:05:00";
        builder.Configuration["Limits:Streams"] = $"{2 * Readers}";
        builder.Configuration["Limits:AnswerBytes"] = "4000000";
    });

    public async Task DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Those_who_do_not_read_and_for_whom_there_is_no_room_are_let_go()
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        var alice = new ConversationClient(http.WithBearer(TestAccounts.AcmeToken));
        await alice.New("talk");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            alice.Publish("talk", "alice", $$"""{"text": "{{new string('x', MessageLength)}}"}""")));
        for (var i = 0; i < Readers; i++)
        {
            await ReadNothing();
        }

        // Another one would be refused else: they are waited for for minutes.
        await Expect.Soon(async () =>
        {
            using var answer = await http.GetAsync(
                new Uri(Events, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode is HttpStatusCode.OK;
        });
    }

    private async Task ReadNothing()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        _sockets.Add(socket);
        await socket.ConnectAsync("127.0.0.1", _server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {Events} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TestAccounts.AcmeToken}\r\n\r\n"));
    }
}
