using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Creates sessions, once for each request id.</summary>
public sealed class SessionCreation(IDocumentStore store, SessionDocuments sessions, SessionReader reader)
{
    /// <summary>Creates a session, or finds the one that the same request has created before.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="id">The id that the caller has chosen, or null.</param>
    /// <param name="fields">The fields, checked.</param>
    /// <exception cref="RefusedException">The id is not allowed or taken, or the request id was used.</exception>
    public async ValueTask<Stored<ConversationSession>> Create(Exchange exchange, string? id, SessionFields fields)
    {
        if (id is not null && !SessionDocuments.IsId(id))
        {
            throw ConversationErrors.Invalid(
                "sessionId", "must be 1 to 63 of a-z, 0-9 and -, begin with a letter and not end with -.");
        }

        var uid = exchange.NewId(SessionDocuments.HeadsOf(exchange.Account));
        var hash = await exchange.RequestHash();
        var lifetime = SessionRules.Start(fields, exchange.Now);
        var document = sessions.New(exchange.Account, id, new(uid, 1, fields), lifetime, exchange.Now) with
        {
            RequestHash = hash is null ? null : $"{hash}:{id}",
        };
        Write[] create = [new Write.Create(document)];
        var result = (await store.Commit(document.Partition, create, exchange.Aborted)).OrFault();
        return result.Outcome == StoreOutcome.Done
            ? reader.Raw(document)!
            : await First(exchange, document) ?? throw ConversationErrors.Exists(document.Id);
    }

    // The uid is made of the request id, so it shows whether the session that is there came of the same request.
    private async ValueTask<Stored<ConversationSession>?> First(Exchange exchange, Document wanted)
    {
        if (wanted.RequestHash is null
            || (await store.ReadByKey(wanted.Partition, wanted.Key!, exchange.Aborted)).OrNull() is not { } first)
        {
            return null;
        }

        return first.RequestHash == wanted.RequestHash
            ? await reader.Now(first, exchange.Now, exchange.Aborted)
            : throw RefusedException.For(
                RefusalKind.IdempotencyMismatch, "This request id was used for another request. Send a new one.");
    }
}
