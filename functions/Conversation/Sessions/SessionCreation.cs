using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Creates sessions, once for each request id.</summary>
public sealed class SessionCreation(IDocumentStore store, SessionDocuments sessions, SessionReader reader)
{
    /// <summary>Creates a session, or finds the one that the same request has created before.</summary>
    /// <param name="call">The call.</param>
    /// <param name="id">The id that the caller has chosen, or null.</param>
    /// <param name="fields">The fields, checked.</param>
    /// <exception cref="RefusedException">The id is not allowed or taken, or the request id was used.</exception>
    public async ValueTask<Stored<ConversationSession>> Create(Call call, string? id, SessionFields fields)
    {
        if (id is not null && !SessionDocuments.IsId(id))
        {
            throw ConversationErrors.Invalid(
                "sessionId", "must be 1 to 63 of a-z, 0-9 and -, begin with a letter and not end with -.");
        }

        var uid = call.NewId(SessionDocuments.HeadsOf(call.Account));
        var hash = await call.RequestHash();
        var lifetime = SessionRules.Start(fields, call.Now);
        var document = sessions.New(call.Account, id, new(uid, 1, fields), lifetime, call.Now) with
        {
            RequestHash = hash is null ? null : $"{hash}:{id}",
        };
        Write[] create = [new Write.Create(document)];
        var result = (await store.Commit(document.Partition, create, call.Aborted)).OrFault();
        return result.Outcome == StoreOutcome.Done
            ? reader.Raw(document)!
            : await First(call, document) ?? throw ConversationErrors.Exists(document.Id);
    }

    // The uid is made of the request id, so it shows whether the session that is there came of the same request.
    private async ValueTask<Stored<ConversationSession>?> First(Call call, Document wanted)
    {
        if (wanted.RequestHash is null
            || (await store.ReadByKey(wanted.Partition, wanted.Key!, call.Aborted)).OrNull() is not { } first)
        {
            return null;
        }

        return first.RequestHash == wanted.RequestHash
            ? await reader.Now(first, call.Now, call.Aborted)
            : throw RefusedException.For(
                RefusalKind.IdempotencyMismatch, "This request id was used for another request. Send a new one.");
    }
}
