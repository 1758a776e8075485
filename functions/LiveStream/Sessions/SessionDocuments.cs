using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>How sessions lie in the store.</summary>
public sealed class SessionDocuments(RetentionSettings retention)
{
    /// <summary>The kind, as documents carry it.</summary>
    public const string KindName = "live-stream/session";

    private readonly TimedKind<LiveSession> _kind = new(
        KindName, LiveStreamStorageJson.Default.LiveSession, _ => SessionStatus.Expired, retention.Closed);

    /// <summary>The session as it is at a moment; null for null, and for another kind of document.</summary>
    public Stored<LiveSession>? Open(Document? document, DateTimeOffset now) => _kind.Open(document, now);

    /// <summary>The writes that create a session; the first is the session itself, without its request hash.</summary>
    internal (Document Session, IReadOnlyList<Write> Beside) New(
        Exchange exchange, LiveSession session, Lifetime lifetime)
    {
        var document = new Document
        {
            Partition = Ids.Partition(exchange.Account),
            Id = Ids.New(exchange, "session").Text(),
            Kind = KindName,
            Lifetime = lifetime,
            Body = default,
        };
        var entry = RoomIndex.EntryOf(document, session.RoomId);
        return (_kind.Seal(document, lifetime, session, exchange.Now), [new Write.Create(entry)]);
    }

    /// <summary>
    /// The writes that make a changed session durable, the session first. When it is closed, the entry in its room's
    /// list is to be purged with it.
    /// </summary>
    internal IReadOnlyList<Write> Change(Stored<LiveSession> session, DateTimeOffset now)
    {
        var sealedAt = _kind.Seal(session.Document, session.Document.Lifetime, session.Body, now);
        var document = sealedAt with { DueAt = NextLook(session) };
        return document.PurgeAt is null
            ? [new Write.Replace(document)]
            : [new Write.Replace(document), new Write.Put(RoomIndex.EntryOf(document, session.Body.RoomId))];
    }

    /// <summary>The writes that delete a session.</summary>
    internal static IReadOnlyList<Write> Delete(Stored<LiveSession> session, DateTimeOffset now)
    {
        var entry = RoomIndex.EntryOf(session.Document, session.Body.RoomId) with { PurgeAt = now };
        return [new Write.Delete(session.Document.Id, session.Document.ETag), new Write.Put(entry)];
    }

    // The timer looks when the session expires, when a start has taken too long, or when LiveKit is to be tidied.
    private static DateTimeOffset? NextLook(Stored<LiveSession> session)
    {
        DateTimeOffset?[] moments =
        [
            session.Document.Lifetime.ExpiresAt, session.Body.Starting?.Until, session.Body.Leftovers?.At,
        ];
        return moments.Min();
    }
}
