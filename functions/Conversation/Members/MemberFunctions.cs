using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Who takes part. Source: https://docs.machanirobotics.dev (joinsession, leavesession)</summary>
public sealed class MemberFunctions(
    ConversationSurface surface, SessionReader reader, SessionHeads heads, EventWriter writer, IDocumentStore store)
{
    /// <summary>Joins a session; joining again changes nothing.</summary>
    [Function("Conversation_JoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/join")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()));
            var secretKey = sent.Message.Text("secretKey", 256);
            var outcome = await Append(
                exchange, standing => MemberRules.Join(standing, sent.User, secretKey, exchange.Now), writes: 2);
            return Show(exchange, outcome.Session);
        });

    /// <summary>Leaves a session; who has not joined changes nothing.</summary>
    [Function("Conversation_LeaveSession")]
    public Task<IResult> Leave(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/leave")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()));
            var outcome = await Append(
                exchange, standing => MemberRules.Leave(standing, sent.User, exchange.Now), writes: 3);
            if (outcome.Repeated && !Users.IsOpenTo(outcome.Session.Body.Fields, sent.User))
            {
                throw ConversationErrors.NotFound(outcome.Session.Document.Id);
            }

            if (!outcome.Session.Document.Lifetime.Open)
            {
                await heads.Close(outcome.Session, exchange.Now, CancellationToken.None);
            }

            return Show(exchange, outcome.Session);
        });

    /// <summary>Lists who has joined, the first first.</summary>
    [Function("Conversation_ListMembers")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/conversation/sessions/{session}/members")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var session = await reader.Find(exchange);
            var (partition, kind) = (SessionDocuments.PartitionOf(session), MemberDocuments.Kind.Name);
            var paging = new ProtoPaging(
                new(exchange.Request.Query), $"{partition}/{kind}", await exchange.Pages());
            var query = new ListQuery(partition, kind, paging.Size + 1)
            {
                After = paging.After, Order = ListOrder.OldestFirst,
            };
            var found = (await store.List(query, exchange.Aborted)).OrNull()!;
            return ConversationSurface.Reply(
                MemberPage.Of(found, paging), ConversationJson.Wire.MemberPage);
        });

    private Task<Outcome> Append(Exchange exchange, Func<Standing, Step> decide, int writes) => writer.Append(
        SessionDocuments.HeadsOf(exchange.Account),
        SessionReader.IdOf(exchange),
        new(exchange.Now, decide) { Writes = writes },
        exchange.Aborted);

    private static Answer Show(Exchange exchange, Stored<ConversationSession> session) => ConversationSurface.Reply(
        new SessionEnvelope(SessionResource.For(exchange.Caller.Subject, session)),
        ConversationJson.Wire.SessionEnvelope);
}
