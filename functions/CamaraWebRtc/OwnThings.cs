using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Finds what belongs to one of the caller's numbers by an id alone. Such an id is a UUID whose first two bytes are a
/// mark of the number's partition, so that a token with many numbers costs no more than one with one, and an id of
/// somebody else is mostly not even looked for. 16 bits tell nobody the number.
/// </summary>
public sealed class OwnThings(Reader reader, IIdSource ids)
{
    private const int MarkBytes = 2;

    /// <summary>The partitions of the caller's numbers, each once.</summary>
    internal static IEnumerable<string> Partitions(Exchange exchange) =>
        exchange.Caller.Parties().Distinct().Select(
            party => CamaraWebRtc.Partitions.OfParty(exchange.Account.Id, party));

    /// <summary>A random UUID, marked as one of something in this partition.</summary>
    internal static string Marked(Guid id, string partition)
    {
        var bytes = id.ToByteArray(bigEndian: true);
        Mark(partition).CopyTo(bytes, 0);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <summary>An id for something in this partition.</summary>
    internal string NewId(string partition) => Marked(ids.Next(), partition);

    /// <summary>The thing of this id when it is the caller's, else null.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<State<T>?> Find<T>(Kind<T> kind, Exchange exchange, string id, DateTimeOffset now)
        where T : class
    {
        foreach (var partition in Possible(exchange, id))
        {
            if (await reader.Find(kind, partition, id, now, exchange.Aborted) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Where the thing of this id lies, if it is the caller's at all.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    internal async ValueTask<Place<T>> PlaceOf<T>(Kind<T> kind, Exchange exchange, string id)
        where T : class
    {
        string[] possible = [.. Possible(exchange, id)];
        var partition = possible.Length < 2
            ? possible.FirstOrDefault()
            : (await Find(kind, exchange, id, exchange.Now))?.Partition;
        return kind.At(partition ?? throw CamaraErrors.NotFound(), id);
    }

    /// <summary>Whether the thing of this id may be the caller's; nothing is read for that.</summary>
    internal static bool MayBeOf(Exchange exchange, string id) => Possible(exchange, id).Any();

    /// <summary>Whether the thing of this id may lie in this partition.</summary>
    internal static bool MayBeIn(string partition, string id) =>
        Guid.TryParseExact(id, "D", out var guid) && guid.ToString("D") == id
        && guid.ToByteArray(bigEndian: true).AsSpan(0, MarkBytes).SequenceEqual(Mark(partition));

    private static IEnumerable<string> Possible(Exchange exchange, string id) =>
        Partitions(exchange).Where(partition => MayBeIn(partition, id));

    private static byte[] Mark(string partition) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(partition))[..MarkBytes];
}

/// <summary>Where what belongs to a telephone number lies together; a call lies by itself.</summary>
internal static class Partitions
{
    /// <summary>The partition of one party: by digest, since a number is personal and an address is any text.</summary>
    public static string OfParty(string accountId, string party) =>
        $"{accountId}:camara-webrtc:party:{Digest(party)}";

    /// <summary>The partition of a caller that has no number of its own.</summary>
    public static string OfClient(Caller caller) =>
        $"{caller.Account.Id}:camara-webrtc:client:{Digest(caller.Id)}";

    /// <summary>What stands for a text where the text itself must not: 32 hexadecimal digits.</summary>
    public static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>
/// Who an address speaks of: the telephone number in E.164, whether it came as <c>tel:</c>, as the user of a SIP
/// address, or plain in a token; and the address itself when it holds no number.
/// </summary>
internal static class Party
{
    /// <summary>The originator who does not want to be known (RFC 3323).</summary>
    public const string Anonymous = "sip:anonymous@anonymous.invalid";

    private const string Tel = "tel:";
    private const string Sip = "sip:";

    /// <summary>The party of an address, or of a number as tokens carry it.</summary>
    public static string Of(string address)
    {
        var rest = WithoutScheme(address);
        var user = rest.IndexOf('@') is >= 0 and var at ? rest[..at] : rest;
        return !IsNumber(user) ? address.ToLowerInvariant()
            : user.Length == address.Length ? address
            : user.ToString();
    }

    /// <summary>Whether the party is a telephone number in E.164: + and 5 to 15 digits.</summary>
    public static bool IsNumber(ReadOnlySpan<char> party) =>
        party.Length is >= 6 and <= 16 && party[0] == '+' && !party[1..].ContainsAnyExceptInRange('0', '9');

    /// <summary>Everyone that the token speaks for.</summary>
    public static IEnumerable<string> Parties(this Caller caller) => caller.PhoneNumbers.Select(Of);

    /// <summary>Whether the token speaks for this party.</summary>
    public static bool Is(this Caller caller, string party) => caller.Parties().Contains(party);

    /// <summary>The number that the token stands for first, or null when it has none.</summary>
    public static string? FirstNumber(this Caller caller) => caller.Parties().FirstOrDefault(party => IsNumber(party));

    private static ReadOnlySpan<char> WithoutScheme(string address) =>
        address.StartsWith(Tel, StringComparison.Ordinal) || address.StartsWith(Sip, StringComparison.Ordinal)
            ? address.AsSpan(Tel.Length)
            : address;
}
