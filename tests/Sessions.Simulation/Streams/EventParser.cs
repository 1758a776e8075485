using System.Text;

namespace Sessions.Simulation.Streams;

/// <summary>
/// Finds server-sent events in what has come, wherever that was cut. Of an event whose end is missing there is nothing.
/// </summary>
internal sealed class EventParser
{
    private readonly List<byte> _rest = [];

    /// <summary>The events that are whole now.</summary>
    public IEnumerable<(string Id, string Data)> Take(byte[] piece)
    {
        _rest.AddRange(piece);
        for (var end = End(); end >= 0; end = End())
        {
            var lines = Encoding.UTF8.GetString([.. _rest.Take(end)]).Split('\n');
            _rest.RemoveRange(0, end + 2);
            if (Field(lines, "data: ") is { } data)
            {
                yield return (Field(lines, "id: ") ?? throw new SimulationException("An event without an id."), data);
            }
        }
    }

    private int End() => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rest).IndexOf("\n\n"u8);

    private static string? Field(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}
