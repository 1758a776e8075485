using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// The pools of the Services. A pool that was read is believed for some seconds, so that a Session's create costs the
/// same whatever the pool's size; it is one read, since a pool holds at most 500 free numbers. A number that another
/// instance has removed or reserved may be given out for those seconds still. No pair can be given twice for that:
/// claims guard pairs, not pools.
/// </summary>
public sealed class NumberPools(Reader reader, NumberKinds kinds)
{
    private const int ReadSize = 1000;

    /// <summary>The pool of the Service that the path names.</summary>
    internal ValueTask<NumberPool> Read(Exchange exchange) => reader.Recent(
        kinds.PhoneNumbers,
        ProxyReader.PartitionOf(exchange),
        async () => new NumberPool([.. (await List(exchange, reserved: false, ReadSize)).Select(PoolNumber.Of)]));

    /// <summary>A number of the Service, free or reserved, by its SID or its digits, or null.</summary>
    internal async ValueTask<PoolNumber?> Find(Exchange exchange, string name)
    {
        var pool = await Read(exchange);
        if (pool.Find(name) is { } known)
        {
            return known;
        }

        var (partition, kind) = (ProxyReader.PartitionOf(exchange), kinds.Of(name));
        var found = Sids.Is(Sids.PhoneNumber, name) || Sids.Is(Sids.ShortCode, name)
            ? await reader.Find(kind, partition, name, exchange.Now, exchange.Aborted)
            : await reader.FindByKey(kind, partition, NumberKind.KeyOf(name), exchange.Now, exchange.Aborted);
        if (found is null)
        {
            return null;
        }

        var number = PoolNumber.Of(found);
        pool.Learn(name, number);
        return number;
    }

    /// <summary>Whether the Service has reserved numbers.</summary>
    internal async ValueTask<bool> HasReserved(Exchange exchange) =>
        await List(exchange, reserved: true, limit: 1) is [_, ..];

    private ValueTask<IReadOnlyList<State<ProxyNumber>>> List(Exchange exchange, bool reserved, int limit)
    {
        var query = new ListQuery(ProxyReader.PartitionOf(exchange), kinds.PhoneNumbers.Name, limit)
        {
            Index = NumberKind.IndexOf(reserved),
        };
        return reader.List(kinds.PhoneNumbers, query, exchange.Now, exchange.Aborted);
    }
}

/// <summary>
/// The numbers of a Service that may be chosen automatically, by country, and those that were asked for by name while
/// this is believed.
/// </summary>
internal sealed class NumberPool(IReadOnlyList<PoolNumber> unreserved)
{
    private readonly ILookup<string?, PoolNumber> _byMarket = Real(unreserved)
        .ToLookup(number => number.Place?.Market);

    private readonly ConcurrentDictionary<string, PoolNumber> _byName = new(
        unreserved.SelectMany(number => new KeyValuePair<string, PoolNumber>[]
        {
            new(number.Sid, number), new(number.Text, number),
        }),
        StringComparer.Ordinal);

    /// <summary>All that may be chosen.</summary>
    public IReadOnlyList<PoolNumber> Free { get; } = [.. Real(unreserved)];

    /// <summary>Those of a country, as they are matched.</summary>
    public IEnumerable<PoolNumber> In(string? market) => market is null ? [] : _byMarket[market];

    /// <summary>The number of this SID or these digits, free or reserved, when it is known here.</summary>
    public PoolNumber? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Makes a number known that was read.</summary>
    public void Learn(string name, PoolNumber number) => _byName.TryAdd(name, number);

    private static IEnumerable<PoolNumber> Real(IReadOnlyList<PoolNumber> numbers) =>
        numbers.Where(number => !MadeUp.IsMadeUp(number.Text));
}

/// <summary>A number as participants are given it.</summary>
/// <param name="Sid">Its SID.</param>
/// <param name="Text">The number in E.164, or the digits of a short code.</param>
/// <param name="Place">What the number tells about where it is; null for a short code.</param>
/// <param name="Carries">What it can carry.</param>
internal sealed record PoolNumber(string Sid, string Text, E164? Place, Carries Carries)
{
    private readonly ulong _hash = HashOf(Text);

    public static PoolNumber Of(State<ProxyNumber> number) => new(
        number.Id,
        number.Body.Number,
        E164.Parse(number.Body.Number),
        number.Kind is NumberKind { AreShortCodes: true }
            ? Carries.AsShortCodes
            : number.Body.Carries ?? Carries.AsPhoneNumbers);

    /// <summary>
    /// Where this number stands in the order of somebody: as good as random, but always the same (rendezvous hashing).
    /// </summary>
    /// <param name="somebody">The hash of whose order it is.</param>
    public ulong RankFor(ulong somebody)
    {
        // The finalizer of SplitMix64, which spreads every bit over all others.
        var mixed = _hash ^ somebody;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A hash that is the same in every process.</summary>
    public static ulong HashOf(string text) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
