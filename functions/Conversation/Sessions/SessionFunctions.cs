using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Sessions. Source: https://docs.machanirobotics.dev (session-service), AIP-131 to AIP-135</summary>
public sealed class SessionFunctions(
    ConversationSurface surface,
    SessionDocuments sessions,
    SessionReader reader,
    SessionCreation creation,
    SessionLists lists,
    SessionHeads heads,
    EventWriter writer,
    IDocumentStore store)
{
    /// <summary>Creates a session.</summary>
    [Function("Conversation_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var query = new ProtoQuery(exchange.Request.Query);
            RequestIds.Take(exchange, query.Text("requestId"));
            var fields = SessionRules.Checked(SessionPaths.Read(ProtoMessage.Parse(await exchange.Body())));
            return Show(exchange, await creation.Create(exchange, query.Text("sessionId"), fields));
        });

    /// <summary>Gets a session.</summary>
    [Function("Conversation_GetSession")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/conversation/sessions/{session}")]
        HttpRequest request) =>
        surface.Run(request, async exchange => Show(exchange, await reader.Find(exchange)));

    /// <summary>Lists the sessions that the caller may see.</summary>
    [Function("Conversation_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/conversation/sessions")] HttpRequest request) =>
        surface.Run(request, async exchange =>
            ConversationSurface.Reply(await lists.Read(exchange), ConversationJson.Wire.SessionPage));

    /// <summary>Updates the fields that the mask names; only for owners.</summary>
    [Function("Conversation_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/conversation/sessions/{session}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var mask = new ProtoQuery(exchange.Request.Query).Text("updateMask");
            var sent = ProtoMessage.Parse(await exchange.Body());
            var (head, id) = (SessionDocuments.HeadsOf(exchange.Account), SessionReader.IdOf(exchange));
            var update = await store.Change(head, id, async document =>
            {
                var session = await reader.Visible(exchange, document);
                RequireOwner(exchange, session);
                RequireMatch(exchange, session, sent.Text("etag", 256));
                var updated = SessionRules.Update(session, sent, mask, exchange.Now);
                // Due at once: should this process die before it tells of the update, the timer does.
                var changed = sessions.Seal(updated, exchange.Now) with { DueAt = exchange.Now };
                return new Change<Stored<ConversationSession>>([new Write.Replace(changed)], updated);
            }, exchange.Aborted);
            await writer.Tell(head, id, exchange.Now, exchange.Aborted);
            return Show(exchange, update.Value);
        });

    /// <summary>Deletes a session and everything in it; only for owners.</summary>
    [Function("Conversation_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/conversation/sessions/{session}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var etag = new ProtoQuery(exchange.Request.Query).Text("etag");
            var (head, id) = (SessionDocuments.HeadsOf(exchange.Account), SessionReader.IdOf(exchange));
            var outcome = await writer.Append(head, id, new(exchange.Now, standing =>
            {
                RequireOwner(exchange, standing.Session);
                RequireMatch(exchange, standing.Session, etag);
                return SessionRules.Delete(standing, exchange.Caller.Subject, exchange.Now);
            }), exchange.Aborted);
            await heads.Delete(outcome.Session, CancellationToken.None);
            return ConversationSurface.Empty();
        });

    private static void RequireOwner(Exchange exchange, Stored<ConversationSession> session)
    {
        var (fields, user) = (session.Body.Fields, exchange.Caller.Subject);
        if (!Users.Owns(fields, user))
        {
            throw Users.IsOpenTo(fields, user)
                ? ConversationErrors.NotOwner(session.Document.Id)
                : ConversationErrors.NotFound(session.Document.Id);
        }
    }

    // AIP-154: the version may stand in the message as well as in the header.
    private static void RequireMatch(Exchange exchange, Stored<ConversationSession> session, string? etag)
    {
        var version = ConversationSession.VersionOf(session);
        exchange.Request.RequireMatch(version);
        if (etag is { Length: > 0 } && etag != version)
        {
            throw RefusedException.For(
                RefusalKind.PreconditionFailed, "This has changed. Get it again and repeat with its new etag.");
        }
    }

    private static Answer Show(Exchange exchange, Stored<ConversationSession> session) => ConversationSurface
        .Reply(SessionResource.For(exchange.Caller.Subject, session), ConversationJson.Wire.SessionResource)
        .WithVersion(ConversationSession.VersionOf(session));
}
