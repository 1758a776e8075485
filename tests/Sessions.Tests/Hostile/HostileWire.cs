using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sessions.Tests.Hostile;

/// <summary>Sends hostile requests over a connection each: no client would send them as they are.</summary>
internal static class HostileWire
{
    /// <summary>Sends a request and reads the answer; of one that is no refusal only the head.</summary>
    public static async Task<HostileReply> Send(Uri address, HostileRequest request, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellation);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Bytes(request), cancellation);
        using var answer = new StreamReader(stream, Encoding.Latin1);
        var status = (HttpStatusCode)int.Parse(
            (await Line(answer, cancellation)).Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await Line(answer, cancellation) is { Length: > 0 } header)
        {
            headers[header[..header.IndexOf(':', StringComparison.Ordinal)]] =
                header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        var body = status < HttpStatusCode.BadRequest ? "" : await answer.ReadToEndAsync(cancellation);
        return new(
            status, headers.GetValueOrDefault("Content-Type"),
            Encoding.Latin1.GetBytes(headers.ContainsKey("Transfer-Encoding") ? Joined(body) : body), TimeSpan.Zero);
    }

    private static byte[] Bytes(HostileRequest request)
    {
        var chunked = request.Body.Length % 2 != 0;
        var head = new StringBuilder($"{request.Method} {request.Path}");
        head.Append(request.Query.Length > 0 ? $"?{request.Query}" : "").Append(" HTTP/1.1\r\n");
        head.Append("Host: localhost\r\nConnection: close\r\n");
        head.Append(chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {request.Body.Length}\r\n");
        foreach (var (name, value) in request.Headers.Where(header => header.Name is not "Content-Length"))
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        head.Append("\r\n");
        byte[] size = chunked ? Encoding.ASCII.GetBytes($"{request.Body.Length:x}\r\n") : [];
        byte[] end = chunked ? "\r\n0\r\n\r\n"u8.ToArray() : [];
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. size, .. request.BodyBytes, .. end];
    }

    private static async Task<string> Line(StreamReader answer, CancellationToken cancellation) =>
        await answer.ReadLineAsync(cancellation) ?? throw new IOException("The answer ends within its head.");

    private static string Joined(string chunks)
    {
        var body = new StringBuilder();
        for (var start = 0; chunks.IndexOf("\r\n", start, StringComparison.Ordinal) is >= 0 and var end;)
        {
            var size = int.Parse(
                chunks.AsSpan(start, end - start), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(chunks, end + 2, size);
            start = size == 0 ? chunks.Length : end + 2 + size + 2;
        }

        return body.ToString();
    }
}
