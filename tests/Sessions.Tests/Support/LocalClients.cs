using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sessions.Tests.Support;

/// <summary>Clients that call <c>http://localhost</c> whatever port the server has.</summary>
internal sealed class LocalClients(int port) : IDisposable
{
    private readonly List<HttpClient> _clients = [];

    public HttpClient New()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = (_, cancellation) => Connect(cancellation),
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        var client = new HttpClient(handler) { BaseAddress = new("http://localhost") };
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <summary>Sends these bytes, and gives the first line of the answer.</summary>
    public async Task<string?> SendRaw(string request)
    {
        await using var stream = await Connect(CancellationToken.None);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var answer = new StreamReader(stream, Encoding.ASCII);
        return await answer.ReadLineAsync();
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private async ValueTask<Stream> Connect(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
