using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sessions.Lifecycle;

/// <summary>Where new ids come from; tests give their own.</summary>
public interface IIdSource
{
    /// <summary>A new random UUID (version 4).</summary>
    Guid Next();
}

/// <summary>Ids that nobody can guess, since an id may be all that guards what it names.</summary>
public sealed class RandomIds : IIdSource
{
    private const int IdBytes = 16;

    private readonly RandomBytes _random = new();

    /// <inheritdoc/>
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        _random.Fill(bytes);
        return Uuid.From(bytes);
    }
}

/// <summary>
/// Random bytes, asked for in bulk: for a few at a time, asking costs many times what making them does.
/// </summary>
internal sealed class RandomBytes
{
    private readonly byte[] _bytes = new byte[4096];
    private readonly Lock _lock = new();
    private int _used = int.MaxValue;

    /// <summary>Fills a few bytes, each with one that nobody has had.</summary>
    public void Fill(Span<byte> bytes)
    {
        lock (_lock)
        {
            if (_used > _bytes.Length - bytes.Length)
            {
                RandomNumberGenerator.Fill(_bytes);
                _used = 0;
            }

            _bytes.AsSpan(_used, bytes.Length).CopyTo(bytes);
            _used += bytes.Length;
        }
    }
}

/// <summary>Makes well-formed UUIDs of what came from elsewhere.</summary>
public static class Uuid
{
    private const int MomentBytes = 6;
    private static readonly long _first = Year(2026);
    private static readonly long _last = Year(2100);

    /// <summary>
    /// A new UUID for what is stored in great numbers: the moment first, to the millisecond, then 74 random bits
    /// (version 7). What is made at one time then lies together in a store that is ordered by ids, so that many of them
    /// change few of its pages.
    /// </summary>
    /// <param name="ids">Where random ones come from.</param>
    /// <param name="now">The moment.</param>
    public static Guid Next(this IIdSource ids, DateTimeOffset now)
    {
        Span<byte> uuid = stackalloc byte[16];
        ids.Next().TryWriteBytes(uuid, bigEndian: true, out _);
        Span<byte> moment = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(moment, now.ToUnixTimeMilliseconds());
        moment[^MomentBytes..].CopyTo(uuid);
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x70);
        return new Guid(uuid, bigEndian: true);
    }

    /// <summary>
    /// The same where an API demands version 4: the moment to four milliseconds, then 82 random bits.
    /// </summary>
    /// <param name="ids">Where random ones come from.</param>
    /// <param name="now">The moment.</param>
    public static Guid NextOfVersion4(this IIdSource ids, DateTimeOffset now)
    {
        const int BytesOfMoment = 5;
        const int BitsOfMomentLost = 2;
        Span<byte> uuid = stackalloc byte[16];
        ids.Next().TryWriteBytes(uuid, bigEndian: true, out _);
        Span<byte> moment = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(moment, now.ToUnixTimeMilliseconds() >> BitsOfMomentLost);
        moment[^BytesOfMoment..].CopyTo(uuid);
        return From(uuid);
    }

    /// <summary>
    /// The milliseconds since 1970 in an id that is, or begins with, a UUID of <see cref="Next"/>, a mark of one or two
    /// letters before it or not; null when there are none. Ids that came from elsewhere hardly ever look so.
    /// </summary>
    internal static long? MomentIn(ReadOnlySpan<char> id)
    {
        const int Digits = 32;
        const int Mark = 2;
        if (!Guid.TryParseExact(id, "D", out var made)
            && (id.Length < Digits
                || !Guid.TryParseExact(id.Length <= Digits + Mark ? id[^Digits..] : id[..Digits], "N", out made)))
        {
            return null;
        }

        Span<byte> uuid = stackalloc byte[16];
        made.TryWriteBytes(uuid, bigEndian: true, out _);
        var moment = BinaryPrimitives.ReadInt64BigEndian(uuid) >> (8 * (sizeof(long) - MomentBytes));
        return made.Version == 7 && (made.Variant & 0xC) == 0x8 && moment >= _first && moment < _last ? moment : null;
    }

    private static long Year(int year) =>
        new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>A version 4 UUID whose 122 free bits are those of the first 16 <paramref name="bytes"/>.</summary>
    public static Guid From(ReadOnlySpan<byte> bytes)
    {
        Span<byte> uuid = stackalloc byte[16];
        bytes[..16].CopyTo(uuid);
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x40);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return new Guid(uuid, bigEndian: true);
    }
}

/// <summary>
/// A short name for a thing whose own is long, or is unique only with that of what it lies in: a digest of a hundred
/// bits, of which nobody meets two that are the same. Of an id that tells when it was made, the name does, too, to
/// eight milliseconds, and has 55 bits of the digest: so names come together as the ids do.
/// </summary>
public static class ShortId
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int DigitCount = 20;
    private const int BitsToADigit = 5;

    // 45 of its 48 bits are nine digits; the last three are not worth a tenth.
    private const int BitsOfMomentLost = 3;
    private const int BitsBesideMoment = 64 - 45;
    private static readonly SearchValues<char> _digits = SearchValues.Create(Digits);

    /// <summary>How many characters the name of a session has.</summary>
    public const int Length = 1 + DigitCount;

    /// <summary>How the name of a session begins.</summary>
    public const char OfSession = 's';

    /// <summary>The name of a session of a kind, by the id that its own API gave it.</summary>
    public static string Of(string kind, string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{id}"), digest);
        if (Uuid.MomentIn(id) is { } moment)
        {
            var rest = BinaryPrimitives.ReadInt64BigEndian(digest) & ((1L << BitsBesideMoment) - 1);
            BinaryPrimitives.WriteInt64BigEndian(digest, (moment >> BitsOfMomentLost << BitsBesideMoment) | rest);
        }

        return OfSession + Text(digest);
    }

    /// <summary>The same as it was before names told of a moment; for most ids that is what it still is.</summary>
    public static string OfBefore(string kind, string id) =>
        OfSession + Text(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{id}")));

    /// <summary>Whether a text could be one.</summary>
    public static bool IsOne(string text) =>
        text.Length == Length && text[0] == OfSession
        && !text.AsSpan(1).ContainsAnyExcept(_digits);

    /// <summary>The first hundred bits of a digest, as twenty digits.</summary>
    public static string Text(ReadOnlySpan<byte> digest)
    {
        Span<char> text = stackalloc char[DigitCount];
        for (var place = 0; place < DigitCount; place++)
        {
            var bit = place * BitsToADigit;
            var two = (digest[bit / 8] << 8) | digest[(bit / 8) + 1];
            text[place] = Digits[(two >> (16 - BitsToADigit - (bit % 8))) & (Digits.Length - 1)];
        }

        return new(text);
    }
}
