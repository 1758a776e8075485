using System.Text;

namespace Sessions.Bench;

/// <summary>A server with its two requests.</summary>
/// <param name="Name">As it stands in the report.</param>
/// <param name="Server">The server.</param>
/// <param name="Collection">The path that is posted to; an id behind it is fetched.</param>
internal sealed record Target(string Name, Server Server, string Collection)
{
    private const string Form = "Ttl=3600&Mode=voice-and-message&UniqueName=bench-";
    private const int Digits = 12;
    private long _created;

    /// <summary>A create with another unique name each time.</summary>
    public Exchange Create(string authorization)
    {
        var head = Head("POST", Collection, authorization)
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {Form.Length + Digits}\r\n\r\n"
            + Form;
        return new(Encoding.ASCII.GetBytes(head + new string('0', Digits)), head.Length, Digits, 201, NextNumber);
    }

    /// <summary>A fetch of one of these ids, in turn.</summary>
    public Exchange Fetch(string authorization, IReadOnlyList<string> ids)
    {
        var bytes = ids.Select(Encoding.ASCII.GetBytes).ToArray();
        var path = $"{Collection.TrimEnd('/')}/";
        var request = Encoding.ASCII.GetBytes(Head("GET", path + ids[0], authorization) + "\r\n");
        var turn = 0L;
        return new(request, "GET ".Length + path.Length, ids[0].Length, 200, slot =>
            bytes[Interlocked.Increment(ref turn) % bytes.Length].CopyTo(slot));
    }

    /// <summary>The same GET each time; its answer must be under 16 KB.</summary>
    public Exchange Get(string authorization, string path) =>
        new(Encoding.ASCII.GetBytes(Head("GET", path, authorization) + "\r\n"), 0, 0, 200, static _ => { });

    private string Head(string verb, string path, string authorization) =>
        $"{verb} {path} HTTP/1.1\r\nHost: {Server.Address.Authority}\r\nAuthorization: {authorization}\r\n";

    private void NextNumber(Span<byte> slot) =>
        Interlocked.Increment(ref _created).TryFormat(slot, out _, $"D{Digits}");
}

/// <summary>Puts what differs from request to request in its place.</summary>
internal delegate void Fill(Span<byte> slot);

/// <summary>A request to repeat, and the status that it should get.</summary>
/// <param name="Template">The bytes of a request.</param>
/// <param name="SlotStart">Where the part begins that differs.</param>
/// <param name="SlotLength">How long that part is.</param>
/// <param name="Status">The status.</param>
/// <param name="Fill">What fills that part.</param>
internal sealed record Exchange(byte[] Template, int SlotStart, int SlotLength, int Status, Fill Fill);
