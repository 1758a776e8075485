using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Framing;

/// <summary>A connection over which a test sends whatever bytes it likes.</summary>
internal sealed class RawConnection : IDisposable
{
    private const int StatusLength = 12;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<byte> _read = [];

    private RawConnection()
    {
    }

    public static async Task<RawConnection> Open(Uri server)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return connection;
    }

    /// <summary>Sends text, one byte a character.</summary>
    public async Task Send(string text)
    {
        using var end = new CancellationTokenSource(_patience);
        for (ReadOnlyMemory<byte> left = Encoding.Latin1.GetBytes(text); left.Length > 0;)
        {
            left = left[await _socket.SendAsync(left, end.Token)..];
        }
    }

    /// <summary>The next answer, with a body of announced length.</summary>
    /// <exception cref="SocketException">The connection was reset.</exception>
    public async Task<RawReply> Reply()
    {
        string head;
        while (!(head = Encoding.Latin1.GetString([.. _read])).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.True(await Receive(), $"The connection ended amid an answer's head: {head}");
        }

        var lines = head[..head.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(
            parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        var start = head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var length = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        while (_read.Count < start + length)
        {
            Assert.True(await Receive(), "The connection ended amid an answer's body.");
        }

        var body = Encoding.UTF8.GetString([.. _read.Skip(start).Take(length)]);
        _read.RemoveRange(0, start + length);
        return new((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body);
    }

    /// <summary>Says that nothing more is sent.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The status of the next answer, or null when the other side closes without one.</summary>
    public async Task<int?> StatusOrEnd()
    {
        while (_read.Count < StatusLength && await Receive())
        {
        }

        return _read.Count < StatusLength
            ? null
            : int.Parse(Encoding.ASCII.GetString([.. _read.Skip(9).Take(3)]), CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the other side closes the connection, in good order and without a further byte.</summary>
    public async Task<bool> Closes() => _read.Count == 0 && !await Receive();

    public void Dispose() => _socket.Dispose();

    private async Task<bool> Receive()
    {
        using var end = new CancellationTokenSource(_patience);
        var buffer = new byte[16 * 1024];
        var count = await _socket.ReceiveAsync(buffer.AsMemory(), end.Token);
        _read.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}

/// <summary>What came back.</summary>
internal sealed record RawReply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode? Json => JsonNode.Parse(Body);
}
