using System.Globalization;
using System.Text;

namespace Sessions.Bench;

/// <summary>A request to repeat, and the status that it should get.</summary>
/// <param name="Template">The bytes of a request.</param>
/// <param name="Slots">The parts that differ: where they begin, and how long they are.</param>
/// <param name="Status">The status.</param>
/// <param name="Things">What stands in the first of those parts in turn, all of its length; empty for a number, as
/// in the others.</param>
/// <param name="Numbers">The numbers.</param>
internal sealed record Exchange(
    byte[] Template,
    IReadOnlyList<(int Start, int Length)> Slots,
    int Status,
    IReadOnlyList<byte[]> Things,
    Numbers Numbers)
{
    /// <summary>Fewer # than these are no slot: they may be part of a colour.</summary>
    public const int ShortestSlot = 4;

    private const char Mark = '#';
    private static readonly string _zeros = new('0', 20);
    private readonly Numbers _turns = new();

    /// <summary>The request to a server; rows of # in it are what differs.</summary>
    public static Exchange Of(Server server, ApiRequest request, IEnumerable<string> things, Numbers numbers)
    {
        var text = $"{request.Verb} {request.Path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n"
            + $"Authorization: {request.Authorization}\r\n{ContentHeaders(request)}\r\n{request.Body}";
        return new(
            Encoding.UTF8.GetBytes(text),
            [.. SlotsOf(text)],
            request.Status,
            [.. things.Select(Encoding.ASCII.GetBytes)],
            numbers);
    }

    /// <summary>Makes the next request of the last one.</summary>
    public void Prepare(Span<byte> request)
    {
        for (var place = 0; place < Slots.Count; place++)
        {
            var slot = request.Slice(Slots[place].Start, Slots[place].Length);
            if (place == 0 && Things.Count > 0)
            {
                Things[(int)(_turns.Take(1) % Things.Count)].CopyTo(slot);
                continue;
            }

            var number = _zeros + Numbers.Take(1).ToString(CultureInfo.InvariantCulture);
            Encoding.ASCII.GetBytes(number.AsSpan()[^slot.Length..], slot);
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

/// <summary>Numbers of which none is given twice.</summary>
internal sealed class Numbers
{
    private long _next;

    /// <summary>The first of so many.</summary>
    public long Take(int count) => Interlocked.Add(ref _next, count) - count;
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
