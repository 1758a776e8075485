using System.Buffers;
using System.Security.Cryptography;
using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>How calls lie in the store: each in a partition of its own, which its id and the account name.</summary>
public sealed class CallDocuments(RetentionSettings retention)
{
    private const string KindName = "camara-webrtc/call";
    private const int IdBytes = 51;

    private static readonly SearchValues<char> _idCharacters = SearchValues.Create("0123456789ABCDEF");

    /// <summary>The kind, with its expiry.</summary>
    public TimedKind<MediaSession> Kind { get; } =
        new(KindName, CamaraStorageJson.Default.MediaSession, CallRules.Expired, retention.Closed);

    /// <summary>Whether a text could be the id of a call; what could not is not looked for.</summary>
    internal static bool IsId(string text) =>
        text.Length == 2 * IdBytes && !text.AsSpan().ContainsAnyExcept(_idCharacters);

    /// <summary>The document of a new call, without its request hash.</summary>
    internal Document New(Exchange exchange, MediaSession body)
    {
        var id = NewId(exchange, body.Originator);
        var lifetime = CallRules.Start(exchange.Now);
        var document = new Document
        {
            Partition = Partitions.OfCall(exchange.Account, id),
            Id = id,
            Kind = KindName,
            Lifetime = lifetime,
            Body = default,
        };
        return Kind.Seal(document, lifetime, body, exchange.Now);
    }

    /// <summary>The call's next state, and what to tell of it.</summary>
    /// <param name="call">The call before.</param>
    /// <param name="statusBefore">The state that was told of before.</param>
    /// <param name="after">The next state.</param>
    /// <param name="now">The moment of the change.</param>
    internal CallChange Changed(
        Stored<MediaSession> call, string statusBefore, CallState after, DateTimeOffset now)
    {
        var next = Kind.Seal(call.Document, after.Lifetime, after.Body, now);
        return new(next, CallNews.Change(new(next, after.Body, next.ETag), statusBefore));
    }

    // As long as the standard's examples: 102 hexadecimal digits, of a random id or of the caller's idempotency key.
    private static string NewId(Exchange exchange, string originator)
    {
        var id = exchange.NewId(Partitions.OfParty(exchange.Account.Id, originator));
        return Convert.ToHexString(SHA512.HashData(id.ToByteArray()).AsSpan(0, IdBytes));
    }
}

/// <summary>A change of a call: what to store, and what to tell.</summary>
internal sealed record CallChange(Document Document, OutboxEvent? News)
{
    /// <summary>Both in one commit.</summary>
    public IReadOnlyList<Write> Writes =>
        News is null ? [] : [new Write.Replace(Document), News.Write()];
}
