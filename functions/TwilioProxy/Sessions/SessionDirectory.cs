using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Finds, changes and deletes the Session that a path names.</summary>
public sealed class SessionDirectory(IDocumentStore store, SessionDocuments documents, SessionChanges changes)
{
    /// <summary>The partition of the Service that the path names.</summary>
    internal static string PartitionOf(Exchange exchange) =>
        ServiceDocuments.PartitionUnder(exchange.Account, exchange.Route("serviceSid"));

    /// <summary>A Session's document by its SID or its unique name.</summary>
    /// <exception cref="RefusedException">20404 for an unknown SID, 80308 for an unknown name.</exception>
    internal async ValueTask<Document> Find(Exchange exchange, string name)
    {
        var bySid = Sids.Is(Sids.Session, name);
        var read = bySid
            ? await store.Read(PartitionOf(exchange), name, exchange.Aborted)
            : await store.ReadByKey(PartitionOf(exchange), SessionDocuments.KeyOf(name)!, exchange.Aborted);
        return read.OrNull() ?? throw (bySid ? Missing(exchange) : ProxyErrors.NoSessionOfThatName());
    }

    /// <summary>The Session that the path names by its SID.</summary>
    /// <exception cref="RefusedException">20404: there is none.</exception>
    internal async ValueTask<Stored<ProxySession>> Read(Exchange exchange) =>
        Sids.Is(Sids.Session, exchange.Route("sessionSid"))
        ? Open(exchange, await Find(exchange, exchange.Route("sessionSid")))
        : throw Missing(exchange);

    /// <summary>The Session in a document, as it is now.</summary>
    /// <exception cref="RefusedException">20404: it is none.</exception>
    internal Stored<ProxySession> Open(Exchange exchange, Document document) =>
        documents.Kind.Open(document, exchange.Now) ?? throw Missing(exchange);

    /// <summary>Changes the Session that the path names.</summary>
    /// <exception cref="RefusedException">20404, 20412, 80623, and what <paramref name="decide"/> refuses.</exception>
    internal ValueTask<SessionChanged> Change(
        Exchange exchange, Func<Stored<ProxySession>, TakenPairs, NextState?> decide)
    {
        var sid = exchange.Route("sessionSid");
        return !Sids.Is(Sids.Session, sid)
            ? throw Missing(exchange)
            : changes.Change(exchange, PartitionOf(exchange), sid, (session, taken) =>
            {
                exchange.Request.RequireMatch((session ?? throw Missing(exchange)).Version);
                return decide(session, taken);
            });
    }

    /// <summary>Deletes the Session that the path names.</summary>
    /// <exception cref="RefusedException">20404 or 20412.</exception>
    internal async ValueTask Delete(Exchange exchange)
    {
        var sid = exchange.Route("sessionSid");
        if (!Sids.Is(Sids.Session, sid))
        {
            throw Missing(exchange);
        }

        await store.Change(PartitionOf(exchange), sid, document =>
        {
            var session = Open(exchange, document ?? throw Missing(exchange));
            exchange.Request.RequireMatch(session.Version);
            return new Change<Document>(documents.Delete(document, exchange.Now), document);
        }, exchange.Aborted);
    }

    private static RefusedException Missing(Exchange exchange) =>
        ProxyErrors.NotFound($"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}");
}
