using System.Text;

namespace Sessions.Bench;

/// <summary>Puts what differs from request to request in one of its places, counted from 0.</summary>
internal delegate void Fill(Span<byte> slot, int place);

/// <summary>A request to repeat, and the status that it should get.</summary>
/// <param name="Template">The bytes of a request.</param>
/// <param name="Slots">The parts that differ: where they begin, and how long they are.</param>
/// <param name="Status">The status.</param>
/// <param name="Fill">What fills those parts.</param>
internal sealed record Exchange(
    byte[] Template, IReadOnlyList<(int Start, int Length)> Slots, int Status, Fill Fill)
{
    /// <summary>Fewer # than these are no slot: they may be part of a colour.</summary>
    public const int ShortestSlot = 4;

    private const char Mark = '#';

    /// <summary>The request to a server; rows of # in it are what differs.</summary>
    public static Exchange Of(Server server, ApiRequest request, Fill fill)
    {
        var text = $"{request.Verb} {request.Path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n"
            + $"Authorization: {request.Authorization}\r\n{ContentHeaders(request)}\r\n{request.Body}";
        return new(Encoding.UTF8.GetBytes(text), [.. SlotsOf(text)], request.Status, fill);
    }

    /// <summary>Makes the next request of the last one.</summary>
    public void Prepare(Span<byte> request)
    {
        for (var place = 0; place < Slots.Count; place++)
        {
            Fill(request.Slice(Slots[place].Start, Slots[place].Length), place);
        }
    }

    /// <summary>The text with something in the place of its first row of #, if it has one.</summary>
    public static string Filled(string text, string value) =>
        SlotsOf(text).FirstOrDefault() is (var slot, > 0 and var length)
            ? $"{text[..slot]}{value}{text[(slot + length)..]}"
            : text;

    /// <summary>Where the rows of # are, and how long. The text is ASCII.</summary>
    public static IEnumerable<(int Start, int Length)> SlotsOf(string text)
    {
        var start = 0;
        while ((start = text.IndexOf(new string(Mark, ShortestSlot), start, StringComparison.Ordinal)) >= 0)
        {
            var length = text.Length - start - text.AsSpan(start).TrimStart(Mark).Length;
            yield return (start, length);
            start += length;
        }
    }

    private static string ContentHeaders(ApiRequest request) => request.Body is null
        ? ""
        : $"Content-Type: {request.MediaType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(request.Body)}\r\n";
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
