using System.Globalization;
using System.Text;

namespace Sessions.Bench;

/// <summary>A server under load.</summary>
/// <param name="Name">As it stands in the report.</param>
/// <param name="Server">The server.</param>
internal sealed record Target(string Name, Server Server)
{
    private static readonly string _zeros = new('0', 20);
    private long _created;

    /// <summary>The same request each time, but for another number in the place of its #.</summary>
    public Exchange Numbered(ApiRequest request) => Exchange.Of(Server, request, (slot, _) => Number(slot));

    /// <summary>A request with one of these, which are of one length, in its first #, in turn; else numbered.</summary>
    public Exchange Each(ApiRequest request, IReadOnlyList<string> slots)
    {
        var bytes = slots.Select(Encoding.ASCII.GetBytes).ToArray();
        var turn = 0L;
        var fitting = request with { Path = Exchange.Filled(request.Path, new('#', bytes[0].Length)) };
        return Exchange.Of(Server, fitting, (slot, place) =>
        {
            if (place > 0)
            {
                Number(slot);
                return;
            }

            bytes[Interlocked.Increment(ref turn) % bytes.Length].CopyTo(slot);
        });
    }

    private void Number(Span<byte> slot)
    {
        var number = _zeros + Interlocked.Increment(ref _created).ToString(CultureInfo.InvariantCulture);
        Encoding.ASCII.GetBytes(number.AsSpan()[^slot.Length..], slot);
    }
}
