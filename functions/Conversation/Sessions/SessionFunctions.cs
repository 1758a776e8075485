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
    private const string Collection = "v1/conversation/sessions";
    private const string Item = Collection + "/{session}";

    /// <summary>Creates a session.</summary>
    [Function("Conversation_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var query = new ProtoQuery(call.Request.Query);
            RequestIds.Take(call, query.Text("requestId"));
            var fields = SessionRules.Checked(SessionPaths.Read(ProtoMessage.Parse(await call.Body())));
            return Show(call, await creation.Create(call, query.Text("sessionId"), fields));
        });

    /// <summary>Gets a session.</summary>
    [Function("Conversation_GetSession")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call => Show(call, await reader.Find(call)));

    /// <summary>Lists the sessions that the caller may see.</summary>
    [Function("Conversation_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
            ConversationSurface.Reply(await lists.Read(call), ConversationJson.Wire.SessionPage));

    /// <summary>Updates the fields that the mask names; only for owners.</summary>
    [Function("Conversation_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var mask = new ProtoQuery(call.Request.Query).Text("updateMask");
            var sent = ProtoMessage.Parse(await call.Body());
            var (head, id) = (SessionDocuments.HeadsOf(call.Account), SessionReader.IdOf(call));
            var update = await store.Change(head, id, async document =>
            {
                var session = await reader.Visible(call, document);
                RequireOwner(call, session);
                RequireMatch(call, session, sent.Text("etag", 256));
                var updated = SessionRules.Update(session, sent, mask, call.Now);
                // Due at once: should this process die before it tells of the update, the timer does.
                var changed = sessions.Seal(updated, call.Now) with { DueAt = call.Now };
                return new Change<Stored<ConversationSession>>([new Write.Replace(changed)], updated);
            }, call.Aborted);
            await writer.Tell(head, id, call.Now, call.Aborted);
            return Show(call, update.Value);
        });

    /// <summary>Deletes a session and everything in it; only for owners.</summary>
    [Function("Conversation_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var etag = new ProtoQuery(call.Request.Query).Text("etag");
            var (head, id) = (SessionDocuments.HeadsOf(call.Account), SessionReader.IdOf(call));
            var outcome = await writer.Append(head, id, new(call.Now, standing =>
            {
                RequireOwner(call, standing.Session);
                RequireMatch(call, standing.Session, etag);
                return SessionRules.Delete(standing, call.Caller.Subject, call.Now);
            }), call.Aborted);
            await heads.Delete(outcome.Session, CancellationToken.None);
            return ConversationSurface.Empty();
        });

    private static void RequireOwner(Call call, Stored<ConversationSession> session)
    {
        var (fields, user) = (session.Body.Fields, call.Caller.Subject);
        if (!Users.Owns(fields, user))
        {
            throw Users.IsOpenTo(fields, user)
                ? ConversationErrors.NotOwner(session.Document.Id)
                : ConversationErrors.NotFound(session.Document.Id);
        }
    }

    // AIP-154: the version may stand in the message as well as in the header.
    private static void RequireMatch(Call call, Stored<ConversationSession> session, string? etag)
    {
        var version = ConversationSession.VersionOf(session);
        call.Request.RequireMatch(version);
        if (etag is { Length: > 0 } && etag != version)
        {
            throw RefusedException.For(
                RefusalKind.PreconditionFailed, "This has changed. Get it again and repeat with its new etag.");
        }
    }

    private static Answer Show(Call call, Stored<ConversationSession> session) => ConversationSurface
        .Reply(SessionResource.For(call.Caller.Subject, session), ConversationJson.Wire.SessionResource)
        .WithVersion(ConversationSession.VersionOf(session));
}
