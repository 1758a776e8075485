using System.Security.Cryptography;

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
