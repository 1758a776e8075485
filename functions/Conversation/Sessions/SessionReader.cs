using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Finds sessions as they count now.</summary>
public sealed class SessionReader(IDocumentStore store, SessionDocuments sessions)
{
    /// <summary>The session of the route, which must be open to the caller.</summary>
    /// <exception cref="RefusedException">There is none that the caller may see.</exception>
    public async ValueTask<Stored<ConversationSession>> Find(Exchange exchange)
    {
        var id = IdOf(exchange);
        var head = await store.Read(SessionDocuments.HeadsOf(exchange.Account), id, exchange.Aborted);
        return await Visible(exchange, head.OrNull());
    }

    /// <summary>The session of this head, which must be open to the caller.</summary>
    /// <exception cref="RefusedException">There is none that the caller may see.</exception>
    public async ValueTask<Stored<ConversationSession>> Visible(Exchange exchange, Document? head) =>
        await Now(head, exchange.Now, exchange.Aborted) is { } session
        && await IsOpenTo(session, exchange.Caller.Subject, exchange.Aborted)
            ? session
            : throw ConversationErrors.NotFound(exchange.Route("session"));

    /// <summary>The session's id in the route.</summary>
    /// <exception cref="RefusedException">No session can have it.</exception>
    public static string IdOf(Exchange exchange) =>
        exchange.Route("session") is var id && SessionDocuments.IsId(id) ? id : throw ConversationErrors.NotFound(id);

    /// <summary>
    /// The session of a head, as it counts at a moment. The head knows of its last activity only what it was last
    /// told, so one that seems to have expired costs a look into its log.
    /// </summary>
    public async ValueTask<Stored<ConversationSession>?> Now(
        Document? head, DateTimeOffset now, CancellationToken cancellation)
    {
        if (Raw(head) is not { } session || !HasRunOut(session, now))
        {
            return Raw(head);
        }

        var log = await ReadLog(SessionDocuments.PartitionOf(session), cancellation);
        return At(session, log ?? LogDocuments.New(session), now);
    }

    /// <summary>Whether a user may see the session: it is open to all or to them, or they have joined it.</summary>
    public async ValueTask<bool> IsOpenTo(
        Stored<ConversationSession> session, string user, CancellationToken cancellation) =>
        Users.IsOpenTo(session.Body.Fields, user)
        || (await store.Read(SessionDocuments.PartitionOf(session), MemberDocuments.IdOf(user), cancellation))
            .OrNull() is not null;

    /// <summary>The log of a session's partition, or null when nothing has happened in it.</summary>
    internal async ValueTask<Stored<SessionLog>?> ReadLog(string partition, CancellationToken cancellation) =>
        LogDocuments.Kind.Open((await store.Read(partition, LogDocuments.Id, cancellation)).OrNull());

    /// <summary>A session as its head has it, and its log: the one that is known, or as stored.</summary>
    internal async ValueTask<(Stored<ConversationSession>? Session, Stored<SessionLog>? Log)> Both(
        string heads, string id, Stored<SessionLog>? known)
    {
        var session = Raw((await store.Read(heads, id, CancellationToken.None)).OrNull());
        return session is null ? (null, null)
            : known is not null && known.Document.Partition == SessionDocuments.PartitionOf(session) ? (session, known)
            : (session, await ReadLog(SessionDocuments.PartitionOf(session), CancellationToken.None));
    }

    /// <summary>A session as its head has it, whatever the clock says.</summary>
    internal Stored<ConversationSession>? Raw(Document? head) => sessions.Kind.Open(head, DateTimeOffset.MinValue);

    /// <summary>The session as it counts at a moment, given what its log knows of its activity and its end.</summary>
    internal static Stored<ConversationSession> At(
        Stored<ConversationSession> session, Stored<SessionLog> log, DateTimeOffset now)
    {
        var (head, known) = (session.Document.Lifetime, log.Document.Lifetime);
        var lifetime = head.Open switch
        {
            false => head,
            true when !known.Open => head.Close(SessionRules.Ended, known.ClosedReason!, known.EndedAt!.Value),
            true when known.LastActivityAt > head.LastActivityAt =>
                (head with { LastActivityAt = known.LastActivityAt }).At(now, SessionRules.Ended),
            true => head.At(now, SessionRules.Ended),
        };
        return session with { Document = session.Document with { Lifetime = lifetime } };
    }

    private static bool HasRunOut(Stored<ConversationSession> session, DateTimeOffset now) =>
        session.Document.Lifetime.ExpiresAt <= now;
}
