using System.Text;

namespace Sessions.Bench;

/// <summary>Puts what differs from request to request in its place.</summary>
internal delegate void Fill(Span<byte> slot);

/// <summary>A request to repeat, and the status that it should get.</summary>
/// <param name="Template">The bytes of a request.</param>
/// <param name="SlotStart">Where the part begins that differs.</param>
/// <param name="SlotLength">How long that part is.</param>
/// <param name="Status">The status.</param>
/// <param name="Fill">What fills that part.</param>
internal sealed record Exchange(byte[] Template, int SlotStart, int SlotLength, int Status, Fill Fill)
{
    /// <summary>Fewer # than these are no slot: they may be part of a colour.</summary>
    public const int ShortestSlot = 4;

    private const char Mark = '#';

    /// <summary>The request to a server; the first row of # in it is what differs.</summary>
    public static Exchange Of(Server server, ApiRequest request, Fill? fill = null)
    {
        var headers = new StringBuilder($"{request.Verb} {request.Path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n");
        headers.Append($"Authorization: {request.Authorization}\r\n");
        if (request.Body is { } body)
        {
            headers.Append($"Content-Type: {request.MediaType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        }

        var text = $"{headers}\r\n{request.Body}";
        var (slot, length) = SlotOf(text);
        return new(Encoding.UTF8.GetBytes(text), slot, length, request.Status, fill ?? (static _ => { }));
    }

    /// <summary>The text with something in the place of its #.</summary>
    public static string Filled(string text, string value)
    {
        var (slot, length) = SlotOf(text);
        return length == 0 ? text : $"{text[..slot]}{value}{text[(slot + length)..]}";
    }

    /// <summary>Where the row of # is, and how long; a length of 0 when there is none. The text is ASCII.</summary>
    public static (int Start, int Length) SlotOf(string text)
    {
        var start = text.IndexOf(new string(Mark, ShortestSlot), StringComparison.Ordinal);
        return start < 0 ? (0, 0) : (start, text.Length - start - text.AsSpan(start).TrimStart(Mark).Length);
    }
}

/// <summary>A request in words. A row of # in its path or body stands for what differs each time.</summary>
/// <param name="Verb">Such as GET.</param>
/// <param name="Path">The path, with its query.</param>
/// <param name="Authorization">The header.</param>
/// <param name="Status">The status that it should get.</param>
internal sealed record ApiRequest(string Verb, string Path, string Authorization, int Status = 200)
{
    /// <summary>The body, or null.</summary>
    public string? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string MediaType { get; init; } = "application/json";
}
