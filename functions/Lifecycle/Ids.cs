using System.Buffers;
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

    // Random bytes are asked for in bulk: for sixteen at a time, asking costs many times what making them does.
    private readonly byte[] _bytes = new byte[256 * IdBytes];
    private readonly Lock _lock = new();
    private int _used = int.MaxValue;

    /// <inheritdoc/>
    public Guid Next()
    {
        lock (_lock)
        {
            if (_used >= _bytes.Length)
            {
                RandomNumberGenerator.Fill(_bytes);
                _used = 0;
            }

            var id = Uuid.From(_bytes.AsSpan(_used, IdBytes));
            _used += IdBytes;
            return id;
        }
    }
}

/// <summary>Makes a well-formed UUID of 16 bytes that came from elsewhere.</summary>
public static class Uuid
{
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
/// bits, of which nobody meets two that are the same.
/// </summary>
public static class ShortId
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 20;
    private const int BitsToADigit = 5;
    private static readonly SearchValues<char> _digits = SearchValues.Create(Digits);

    /// <summary>How the name of a session begins.</summary>
    public const char OfSession = 's';

    /// <summary>The name of a session of a kind, by the id that its own API gave it.</summary>
    public static string Of(string kind, string id) =>
        OfSession + Text(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{id}")));

    /// <summary>Whether a text could be one.</summary>
    public static bool IsOne(string text) =>
        text.Length == Length + 1 && text[0] == OfSession
        && !text.AsSpan(1).ContainsAnyExcept(_digits);

    /// <summary>The first hundred bits of a digest, as twenty digits.</summary>
    public static string Text(ReadOnlySpan<byte> digest)
    {
        Span<char> text = stackalloc char[Length];
        for (var place = 0; place < Length; place++)
        {
            var bit = place * BitsToADigit;
            var two = (digest[bit / 8] << 8) | digest[(bit / 8) + 1];
            text[place] = Digits[(two >> (16 - BitsToADigit - (bit % 8))) & (Digits.Length - 1)];
        }

        return new(text);
    }
}
