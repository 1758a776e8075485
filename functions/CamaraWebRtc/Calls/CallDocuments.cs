using System.Buffers;
using System.Security.Cryptography;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>How calls lie in the store: each in a partition of its own, which its id and the account name.</summary>
public sealed class CallDocuments(RetentionSettings retention)
{
    private const string KindName = "camara-webrtc/call";
    private const int IdBytes = 51;

    private static readonly SearchValues<char> _idCharacters = SearchValues.Create("0123456789ABCDEF");

    /// <summary>The kind, with its expiry.</summary>
    public SessionKind<MediaSession> Kind { get; } =
        new(KindName, CamaraStorageJson.Default.MediaSession, CallRules.Expired, retention.Closed);

    /// <summary>Whether a text could be the id of a call; what could not is not looked for.</summary>
    internal static bool IsId(string text) =>
        text.Length == 2 * IdBytes && !text.AsSpan().ContainsAnyExcept(_idCharacters);

    /// <summary>The document of a new call, without its request hash.</summary>
    internal Document New(Call call, MediaSession body)
    {
        var id = NewId(call, body.Originator);
        var lifetime = CallRules.Start(call.Now);
        var document = new Document
        {
            Partition = Partitions.OfCall(call.Account, id),
            Id = id,
            Kind = KindName,
            Lifetime = lifetime,
            Body = default,
        };
        return Kind.Seal(document, lifetime, body, call.Now);
    }

    /// <summary>The document of the call's next state.</summary>
    internal Document Sealed(Document document, CallState state, DateTimeOffset now) =>
        Kind.Seal(document, state.Lifetime, state.Body, now);

    // As long as the standard's examples: 102 hexadecimal digits, of a random id or of the caller's idempotency key.
    private static string NewId(Call call, string originator)
    {
        var id = call.NewId(Partitions.OfParty(call.Account.Id, originator));
        return Convert.ToHexString(SHA512.HashData(id.ToByteArray()).AsSpan(0, IdBytes));
    }
}
