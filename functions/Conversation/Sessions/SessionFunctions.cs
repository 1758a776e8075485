using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Sessions. Source: https://docs.machanirobotics.dev (session-service), AIP-131 to AIP-135</summary>
public sealed class SessionFunctions(
    ConversationSurface surface,
    ConversationSessionKind sessions,
    SessionReader reader,
    SessionLists lists,
    EventLog events,
    Changes changes,
    Inboxes inboxes,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Creates a session.</summary>
    [Function("Conversation_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions")] HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteSessions, async exchange =>
        {
            var query = new ProtoQuery(exchange.Request.Query);
            var checks = new FieldChecks();
            var id = checks.Read(() => SessionRules.CheckedId(query.Text("sessionId")), null);
            var asked = ChangeRequest.Read(exchange, checks);
            var fields = SessionPaths.Read(ProtoMessage.Parse(await exchange.Body()), checks);
            SessionRules.Check(fields, checks);
            checks.End();
            var heads = ConversationSessionKind.HeadsOf(exchange.Account.Id);
            var created = await changes.Create(
                await CreateCommand(exchange, asked, id),
                sessions,
                heads,
                now => Decision.To(New(exchange, id, fields, now)),
                create => create with
                {
                    Taken = (_, _) => id is null ? default : throw ConversationErrors.Exists(id),
                    MadeBefore = () => MadeBefore(exchange, heads),
                });
            inboxes.Tell(created);
            return Show(exchange, created.IsNew
                ? WithKey(created, fields.SecretKey)
                : (await reader.Now(created, exchange.Now, exchange.Aborted))!);
        });

    /// <summary>Gets a session.</summary>
    [Function("Conversation_GetSession")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/conversation/sessions/{session}")]
        HttpRequest request) =>
        surface.Run(
            request, ConversationScopes.ReadSessions, async exchange => Show(exchange, await reader.Find(exchange)));

    /// <summary>Lists the sessions that the caller may see.</summary>
    [Function("Conversation_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/conversation/sessions")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.ReadSessions, async exchange =>
            ConversationSurface.Reply(await lists.Read(exchange), ConversationJson.Default.SessionPage));

    /// <summary>
    /// Updates the fields that the mask names; only for owners. Where there is no such session, it may create it.
    /// </summary>
    [Function("Conversation_UpdateSession")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/conversation/sessions/{session}")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteSessions, async exchange =>
        {
            var (checks, query) = (new FieldChecks(), new ProtoQuery(exchange.Request.Query));
            var allowMissing = checks.Read(() => query.Flag("allowMissing"), false);
            _ = allowMissing ? checks.Read(() => SessionRules.CheckedId(exchange.Route("session")), null) : null;
            var asked = ChangeRequest.Read(exchange, checks);
            var sent = ProtoMessage.Parse(await exchange.Body());
            var etag = checks.Read(() => sent.Text("etag", 256), null);
            checks.End();
            var place = reader.PlaceOf(exchange);
            var update = new SessionUpdate(place.Id, exchange.Caller.Subject, sent, query.Text("updateMask"))
            {
                AllowMissing = allowMissing,
                NamesVersion = etag is { Length: > 0 } || request.Headers.IfMatch.Count > 0,
            };
            var isTold = false;
            var subject = new Subject<State<ConversationSession>?, ConversationSession>(
                sessions,
                place.Partition,
                async now => await reader.Now(await reader.Head(place, exchange.Aborted), now, exchange.Aborted))
            {
                Lane = place.Id,
                VersionOf = session => session is null ? null : ConversationSession.VersionOf(session),
                Along = events.Telling(place, () => isTold = true),
            };
            var command = await Command(exchange, asked, etag);
            var isChange = false;
            var updated = await changes.Change(command, subject, (session, now) =>
            {
                var decision = session is null && allowMissing
                    ? Decision.To(New(exchange, place.Id, SessionRules.Missing(update), now))
                    : SessionRules.Update(session, update, now);
                isChange = !decision.IsEmpty && !asked.IsTrial;
                return decision;
            });
            inboxes.Tell(updated);
            if (isChange && !isTold)
            {
                _ = events.Tell(command, place);
            }

            return Show(exchange, updated.IsNew && !asked.IsTrial
                ? WithKey(updated, await KeyNow(place, updated.Body.Uid, exchange.Aborted))
                : updated);
        });

    /// <summary>Deletes a session and everything in it; only for owners.</summary>
    [Function("Conversation_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/conversation/sessions/{session}")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteSessions, async exchange =>
        {
            var (checks, query) = (new FieldChecks(), new ProtoQuery(exchange.Request.Query));
            var allowMissing = checks.Read(() => query.Flag("allowMissing"), false);
            var asked = ChangeRequest.Read(exchange, checks);
            checks.End();
            if (allowMissing && !ConversationSessionKind.IsId(exchange.Route("session")))
            {
                return ConversationSurface.Empty();
            }

            var place = reader.PlaceOf(exchange);
            var command = await Command(exchange, asked, query.Text("etag"));
            await events.Delete(
                command,
                place,
                exchange.Caller.Subject,
                allowMissing ? sessions.New(exchange.Account.Id, place.Id, Guid.Empty, new(), exchange.Now) : null);
            return ConversationSurface.Empty();
        });

    // AIP-148 wants a uid of version 4. What lies in the partitions of sessions that begin together lies together.
    private State<ConversationSession> New(
        Exchange exchange, string? id, SessionFields fields, DateTimeOffset now) =>
        sessions.New(exchange.Account.Id, id, ids.NextOfVersion4(now), fields, now);

    // The id was no part of the body, whose hash told requests of one key apart.
    private static async ValueTask<Command> CreateCommand(Exchange exchange, ChangeRequest asked, string? id)
    {
        var command = await asked.Command(exchange);
        return command.Once is { } once
            ? command with { Once = once with { HashOfBefore = $"{once.HashOfBefore}:{id}" } }
            : command;
    }

    private async ValueTask<Document?> MadeBefore(Exchange exchange, string heads) => (await store.ReadByKey(
        heads, ConversationSessionKind.KeyOf(exchange.IdOfBefore(heads)), exchange.Aborted)).OrNull();

    // AIP-154: the version may stand in the message as well as in the header.
    private static async ValueTask<Command> Command(Exchange exchange, ChangeRequest asked, string? etag)
    {
        var command = await asked.Command(exchange);
        return command with
        {
            RequireVersion = version =>
            {
                command.RequireVersion(version);
                if (etag is { Length: > 0 } && etag != version)
                {
                    throw RefusedException.For(
                        RefusalKind.PreconditionFailed,
                        "This has changed. Get it again and repeat with its new etag.");
                }
            },
        };
    }

    private async ValueTask<string> KeyNow(
        Place<ConversationSession> place, Guid uid, CancellationToken cancellation) =>
        await reader.Head(place, cancellation) is { } head && head.Body.Uid == uid ? head.Body.Fields.SecretKey : "";

    // An idempotency record holds no secret, so a repeat is answered with the key as it was sent or is now.
    private static State<ConversationSession> WithKey(State<ConversationSession> session, string key) =>
        session with { Body = session.Body with { Fields = session.Body.Fields with { SecretKey = key } } };

    private static Answer Show(Exchange exchange, State<ConversationSession> session) => ConversationSurface
        .Reply(SessionResource.For(exchange.Caller.Subject, session), ConversationJson.Default.SessionResource)
        .WithVersion(ConversationSession.VersionOf(session));
}
