using System.Buffers.Text;

namespace Sessions.Bench;

/// <summary>An answer as it comes in. Of it no more than status and length are read.</summary>
internal sealed class Answer
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _read;
    private int _length = int.MaxValue;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Room => _buffer.AsMemory(_read);

    /// <summary>Its status, once it is whole.</summary>
    public int Status =>
        Utf8Parser.TryParse(_buffer.AsSpan("HTTP/1.1 ".Length), out int status, out _) ? status : 0;

    /// <summary>Takes so many more bytes, which lie in <see cref="Room"/>; whether it is whole then.</summary>
    /// <exception cref="IOException">There are none: the server closed the connection.</exception>
    public bool IsWholeWith(int more)
    {
        if (more == 0)
        {
            throw new IOException("The server closed the connection.");
        }

        _read += more;
        if (_length == int.MaxValue && _buffer.AsSpan(0, _read).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
        {
            _length = end + 4 + ContentLength(_buffer.AsSpan(0, end));
        }

        return _read >= _length;
    }

    /// <summary>Makes room for the next one.</summary>
    public void Clear() => (_read, _length) = (0, int.MaxValue);

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        return Utf8Parser.TryParse(head[(head.IndexOf(name) + name.Length)..], out int length, out _) ? length : 0;
    }
}
