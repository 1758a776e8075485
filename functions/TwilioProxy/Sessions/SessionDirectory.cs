using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Finds, changes and deletes the Session that a path names.</summary>
public sealed class SessionDirectory(IDocumentStore store, SessionDocuments documents, SessionChanges changes)
{
    /// <summary>The partition of the Service that the path names.</summary>
    internal static string PartitionOf(Call call) =>
        ServiceDocuments.PartitionUnder(call.Account, call.Route("serviceSid"));

    /// <summary>A Session's document by its SID or its unique name.</summary>
    /// <exception cref="RefusedException">20404 for an unknown SID, 80308 for an unknown name.</exception>
    internal async ValueTask<Document> Find(Call call, string name)
    {
        var bySid = Sids.Is(Sids.Session, name);
        var read = bySid
            ? await store.Read(PartitionOf(call), name, call.Aborted)
            : await store.ReadByKey(PartitionOf(call), SessionDocuments.KeyOf(name)!, call.Aborted);
        return read.OrNull() ?? throw (bySid ? Missing(call) : ProxyErrors.NoSessionOfThatName());
    }

    /// <summary>The Session that the path names by its SID.</summary>
    /// <exception cref="RefusedException">20404: there is none.</exception>
    internal async ValueTask<Stored<ProxySession>> Read(Call call) => Sids.Is(Sids.Session, call.Route("sessionSid"))
        ? Open(call, await Find(call, call.Route("sessionSid")))
        : throw Missing(call);

    /// <summary>The Session in a document, as it is now.</summary>
    /// <exception cref="RefusedException">20404: it is none.</exception>
    internal Stored<ProxySession> Open(Call call, Document document) =>
        documents.Kind.Open(document, call.Now) ?? throw Missing(call);

    /// <summary>Changes the Session that the path names.</summary>
    /// <exception cref="RefusedException">20404, 20412, 80623, and what <paramref name="decide"/> refuses.</exception>
    internal ValueTask<SessionChanged> Change(Call call, Func<Stored<ProxySession>, TakenPairs, NextState?> decide)
    {
        var sid = call.Route("sessionSid");
        return !Sids.Is(Sids.Session, sid)
            ? throw Missing(call)
            : changes.Change(call, PartitionOf(call), sid, (session, taken) =>
            {
                call.Request.RequireMatch((session ?? throw Missing(call)).Version);
                return decide(session, taken);
            });
    }

    /// <summary>Deletes the Session that the path names.</summary>
    /// <exception cref="RefusedException">20404 or 20412.</exception>
    internal async ValueTask Delete(Call call)
    {
        var sid = call.Route("sessionSid");
        if (!Sids.Is(Sids.Session, sid))
        {
            throw Missing(call);
        }

        await store.Change(PartitionOf(call), sid, document =>
        {
            var session = Open(call, document ?? throw Missing(call));
            call.Request.RequireMatch(session.Version);
            return new Change<Document>(documents.Delete(document, call.Now), document);
        }, call.Aborted);
    }

    private static RefusedException Missing(Call call) =>
        ProxyErrors.NotFound($"/Services/{call.Route("serviceSid")}/Sessions/{call.Route("sessionSid")}");
}
