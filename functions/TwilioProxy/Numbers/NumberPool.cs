using System.Collections.Concurrent;

namespace Sessions.TwilioProxy;

/// <summary>
/// The numbers of a Service that may be chosen automatically, by country, and those that were asked for by name while
/// this is believed.
/// </summary>
internal sealed class NumberPool(IReadOnlyList<PoolNumber> free)
{
    private readonly ILookup<string?, PoolNumber> _byCountry = free.ToLookup(number => number.Place?.Country);
    private readonly ConcurrentDictionary<string, PoolNumber> _byName = new(
        free.SelectMany(number => new KeyValuePair<string, PoolNumber>[]
        {
            new(number.Sid, number), new(number.Text, number),
        }),
        StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyList<PoolNumber> Free => free;

    /// <summary>Those of a country.</summary>
    public IEnumerable<PoolNumber> In(string? country) => country is null ? [] : _byCountry[country];

    /// <summary>The number of this SID or these digits, free or reserved, when it is known here.</summary>
    public PoolNumber? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Makes a number known that was read.</summary>
    public void Learn(string name, PoolNumber number) => _byName.TryAdd(name, number);
}
