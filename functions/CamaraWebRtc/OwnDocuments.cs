using System.Security.Cryptography;
using System.Text;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Finds what belongs to one of the caller's numbers by an id alone. Such an id is a UUID whose first two bytes are a
/// mark of the number's partition, so that a token with many numbers costs no more than one with one, and an id of
/// somebody else is mostly not even looked for. 16 bits tell nobody the number.
/// </summary>
public sealed class OwnDocuments(IDocumentStore store)
{
    private const int MarkBytes = 2;

    /// <summary>An id for something in this partition.</summary>
    internal static string NewId(Exchange exchange, string partition)
    {
        var bytes = exchange.NewId(partition).ToByteArray(bigEndian: true);
        Mark(partition).CopyTo(bytes, 0);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <summary>Where the document of this id is, if it is the caller's at all.</summary>
    internal async ValueTask<string?> PartitionOf(Exchange exchange, string id)
    {
        string[] possible = [.. Possible(exchange, id)];
        return possible.Length < 2 ? possible.FirstOrDefault() : (await Find(exchange, id))?.Partition;
    }

    /// <summary>The document of this id when it is the caller's, else null.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<Document?> Find(Exchange exchange, string id)
    {
        foreach (var partition in Possible(exchange, id))
        {
            if ((await store.Read(partition, id, exchange.Aborted)).OrNull() is { } document)
            {
                return document;
            }
        }

        return null;
    }

    /// <summary>The partitions of the caller's numbers, each once.</summary>
    internal static IEnumerable<string> Partitions(Exchange exchange) =>
        exchange.Caller.Parties().Distinct().Select(
            party => CamaraWebRtc.Partitions.OfParty(exchange.Account.Id, party));

    private static IEnumerable<string> Possible(Exchange exchange, string id) =>
        Guid.TryParseExact(id, "D", out var guid) && guid.ToString("D") == id
            ? Partitions(exchange).Where(partition =>
                guid.ToByteArray(bigEndian: true).AsSpan(0, MarkBytes).SequenceEqual(Mark(partition)))
            : [];

    private static byte[] Mark(string partition) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(partition))[..MarkBytes];
}
