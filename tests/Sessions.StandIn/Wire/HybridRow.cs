using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Sessions.StandIn.Items;

namespace Sessions.StandIn.Wire;

/// <summary>One operation of a batch.</summary>
internal sealed record BatchOperation(string Kind, string? Id, ItemBody? Body, string? IfMatch);

/// <summary>The result of one operation of a batch.</summary>
internal sealed record BatchResult(int Status, Item? Item = null, int SubStatus = 0);

/// <summary>
/// The wire form of a batch: HybridRow records in RecordIO segments. The client's schemas are in its source under
/// Microsoft.Azure.Cosmos/src/Batch/HybridRowBatchSchemas.json (operations 2145473648, results 2145473649).
/// </summary>
internal static class HybridRow
{
    private const int RowHeaderBytes = 5;
    private const int IfMatchToken = 9;
    private const int FirstField = 4;
    private const int Utf8Type = 20;
    private const int Int32Type = 7;

    private static readonly Dictionary<int, string> _kinds = new()
    {
        [0] = "create", [2] = "read", [4] = "delete", [5] = "replace", [20] = "upsert",
    };

    private static readonly byte[] _segment = Convert.FromHexString("81f0d8ff7f010a000000");
    private static readonly byte[] _record = Convert.FromHexString("81f1d8ff7f");
    private static readonly byte[] _result = Convert.FromHexString("817154e17f");

    // The fields after the fixed ones, each announced by a bit of the mask.
    private static readonly string[] _fields = ["partitionKey", "effectivePartitionKey", "id", "binaryId", "body"];

    // A record's header, then the length and the checksum of its row.
    private static int RecordHeaderBytes => _record.Length + 8;

    /// <summary>Reads the operations that the client sends.</summary>
    public static IEnumerable<BatchOperation> Operations(ReadOnlyMemory<byte> bytes)
    {
        for (var at = _segment.Length; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[(at + _record.Length)..]);
            yield return Operation(bytes.Slice(at + RecordHeaderBytes, length).Span);
            at += RecordHeaderBytes + length;
        }
    }

    /// <summary>Writes the results that the client reads.</summary>
    public static byte[] Results(IEnumerable<BatchResult> results)
    {
        using var bytes = new MemoryStream();
        bytes.Write(_segment);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (var result in results)
        {
            var row = Row(result);
            bytes.Write(_record);
            BinaryPrimitives.WriteInt32LittleEndian(number, row.Length);
            bytes.Write(number);
            bytes.Write(Crc32.Hash(row));
            bytes.Write(row);
        }

        return bytes.ToArray();
    }

    private static BatchOperation Operation(ReadOnlySpan<byte> row)
    {
        var reader = new Reader(row[RowHeaderBytes..]);
        var mask = reader.Byte();
        var kind = _kinds.GetValueOrDefault(reader.Int32())
            ?? throw new ServiceException(400, "The batch has an operation that the stand-in does not know.");
        reader.Int32();
        var fields = new Dictionary<string, string>();
        for (var index = 0; index < _fields.Length; index++)
        {
            if ((mask & (FirstField << index)) != 0)
            {
                fields[_fields[index]] = reader.Text();
            }
        }

        string? ifMatch = null;
        while (!reader.IsAtEnd)
        {
            var (type, token) = (reader.Byte(), reader.Variable());
            var value = type is Utf8Type ? reader.Text() : null;
            _ = type is Int32Type ? reader.Int32() : 0;
            ifMatch = token is IfMatchToken ? value : ifMatch;
        }

        var body = fields.TryGetValue("body", out var json) ? ItemBody.Of(JsonElement.Parse(json)) : null;
        return new(kind, fields.GetValueOrDefault("id"), body, ifMatch);
    }

    private static byte[] Row(BatchResult result)
    {
        using var row = new MemoryStream();
        row.Write(_result);
        row.WriteByte((byte)(3 | (result.Item is null ? 0 : 4)));
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, result.Status);
        row.Write(number);
        BinaryPrimitives.WriteInt32LittleEndian(number, result.SubStatus);
        row.Write(number);
        if (result.Item is { } item)
        {
            var etag = Encoding.UTF8.GetBytes(item.Stamp.ETag);
            row.WriteByte((byte)etag.Length);
            row.Write(etag);
        }

        return row.ToArray();
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public readonly bool IsAtEnd => _at >= _bytes.Length;

        public int Byte() => _bytes[_at++];

        public int Int32()
        {
            _at += sizeof(int);
            return BinaryPrimitives.ReadInt32LittleEndian(_bytes[(_at - sizeof(int))..]);
        }

        public int Variable()
        {
            var (value, shift) = (0, 0);
            while (true)
            {
                var next = Byte();
                value |= (next & 127) << shift;
                shift += 7;
                if (next < 128)
                {
                    return value;
                }
            }
        }

        public string Text()
        {
            var length = Variable();
            _at += length;
            return Encoding.UTF8.GetString(_bytes.Slice(_at - length, length));
        }
    }
}
