namespace Sessions.Lifecycle;

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
