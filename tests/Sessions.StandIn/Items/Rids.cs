using System.Buffers.Binary;

namespace Sessions.StandIn.Items;

/// <summary>
/// Resource ids nest: the bytes of the database's, then the container's, then the item's own. The client takes them
/// apart to break ties between items, so they must have the real form.
/// </summary>
internal static class Rids
{
    private const uint IsContainer = 0x80000000;

    /// <summary>The id of the database with this number.</summary>
    public static string Database(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return Text(bytes);
    }

    /// <summary>The id of a container; its highest bit tells it from a user.</summary>
    public static string Container(string database, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number | IsContainer);
        return Text([.. Bytes(database), .. bytes]);
    }

    /// <summary>The id of an item.</summary>
    public static string Item(string container, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Text([.. Bytes(container), .. bytes]);
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).Replace('/', '-');

    private static byte[] Bytes(string rid) => Convert.FromBase64String(rid.Replace('-', '/'));
}
