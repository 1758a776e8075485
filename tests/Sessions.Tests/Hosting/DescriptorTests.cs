using System.Net;
using System.Net.Sockets;
using Sessions.Tests.Crash;

namespace Sessions.Tests.Hosting;

/// <summary>More connections than the program may have files open, none of which ever asks for anything.</summary>
[Trait("Host", "Kestrel")]
public sealed class DescriptorTests : IDisposable
{
    private const int Descriptors = 320;
    private const int Sockets = 600;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-descriptors-");
    private readonly List<Socket> _sockets = [];

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task They_do_not_end_it_and_when_they_have_gone_it_answers()
    {
        await using var service = await ServiceProcess.StartWith(
            Descriptors, Path.Combine(_folder.FullName, "sessions.db"));
        var client = service.NewClient();
        for (var i = 0; i < Sockets; i++)
        {
            await Open(client.BaseAddress!.Port);
        }

        await Task.WhenAll(_sockets.Skip(Descriptors).Select(IsClosed));
        _sockets.ForEach(socket => socket.Dispose());

        Assert.Equal(HttpStatusCode.OK, await Status(client));
    }

    // Those before may be let stay.
    private static async Task IsClosed(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }
        catch (SocketException)
        {
            // That is an end, too.
        }
    }

    private async Task Open(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            await socket.SendAsync("GET /health/live HTT"u8.ToArray());
        }
        catch (SocketException)
        {
            // It is closed already.
        }
    }

    private static async Task<HttpStatusCode> Status(HttpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), patience.Token);
                return answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                // Until it has seen that they have gone, it closes this one, too.
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
