using System.Text.Json.Serialization.Metadata;
using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>A kind of document that is a session: it ends by the clock, and is kept for a while after.</summary>
/// <param name="name">The kind, such as <c>twilio-proxy/session</c>.</param>
/// <param name="json">How the body is written.</param>
/// <param name="expiredStatus">The surface's word for a session that ran out, given its last state.</param>
/// <param name="retention">How long a closed session is kept after its last write.</param>
public sealed class TimedKind<TBody>(
    string name, JsonTypeInfo<TBody> json, Func<Lifetime, string> expiredStatus, TimeSpan retention)
{
    private const string ExpiredSuffix = "-expired";
    private readonly DocumentKind<TBody> _kind = new(name, json);

    /// <summary>The kind, as documents carry it.</summary>
    public string Name => name;

    /// <summary>
    /// The session as it is at <paramref name="now"/>, closed when its time has come. Null for null, and for a
    /// document of another kind.
    /// </summary>
    public Stored<TBody>? Open(Document? document, DateTimeOffset now)
    {
        if (_kind.Open(document) is not { } stored)
        {
            return null;
        }

        var before = stored.Document.Lifetime;
        var lifetime = before.At(now, expiredStatus(before));
        return ReferenceEquals(lifetime, before)
            ? stored
            : stored with
            {
                Document = stored.Document with { Lifetime = lifetime },
                Version = stored.Version + ExpiredSuffix,
            };
    }

    /// <summary>
    /// The document of this state: due when the session expires, and once closed gone <c>retention</c> after it.
    /// </summary>
    public Document Seal(Document document, Lifetime lifetime, TBody body, DateTimeOffset now) => document with
    {
        Lifetime = lifetime,
        Body = _kind.Seal(body),
        DueAt = lifetime.ExpiresAt,
        PurgeAt = lifetime.Open ? null : now + retention,
    };
}
