using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>A number as participants are given it.</summary>
/// <param name="Sid">Its SID.</param>
/// <param name="Text">The number in E.164, or the digits of a short code.</param>
/// <param name="Place">What the number tells about where it is; null for a short code.</param>
/// <param name="IsShortCode">Whether it takes messages only.</param>
internal sealed record PoolNumber(string Sid, string Text, E164? Place, bool IsShortCode)
{
    private readonly ulong _hash = HashOf(Text);

    public static PoolNumber Of(Stored<ProxyNumber> stored) => new(
        stored.Document.Id,
        stored.Body.Number,
        E164.Parse(stored.Body.Number),
        stored.Document.Kind == NumberDocuments.ShortCodes.Name);

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
