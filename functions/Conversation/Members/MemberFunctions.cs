using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Who takes part. Source: https://docs.machanirobotics.dev (joinsession, leavesession)</summary>
public sealed class MemberFunctions(
    ConversationSurface surface, SessionReader reader, SessionHeads heads, EventWriter writer, IDocumentStore store)
{
    private const string Item = "v1/conversation/sessions/{session}";

    /// <summary>Joins a session; joining again changes nothing.</summary>
    [Function("Conversation_JoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item + "/join")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var sent = UserRequest.Read(call, ProtoMessage.Parse(await call.Body()));
            var secretKey = sent.Message.Text("secretKey", 256);
            var outcome = await Append(
                call, standing => MemberRules.Join(standing, sent.User, secretKey, call.Now), writes: 2);
            return Show(call, outcome.Session);
        });

    /// <summary>Leaves a session; who has not joined changes nothing.</summary>
    [Function("Conversation_LeaveSession")]
    public Task<IResult> Leave(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item + "/leave")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var sent = UserRequest.Read(call, ProtoMessage.Parse(await call.Body()));
            var outcome = await Append(call, standing => MemberRules.Leave(standing, sent.User, call.Now), writes: 3);
            if (outcome.Repeated && !Users.IsOpenTo(outcome.Session.Body.Fields, sent.User))
            {
                throw ConversationErrors.NotFound(outcome.Session.Document.Id);
            }

            if (!outcome.Session.Document.Lifetime.Open)
            {
                await heads.Close(outcome.Session, call.Now, CancellationToken.None);
            }

            return Show(call, outcome.Session);
        });

    /// <summary>Lists who has joined, the first first.</summary>
    [Function("Conversation_ListMembers")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item + "/members")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var session = await reader.Find(call);
            var (partition, kind) = (SessionDocuments.PartitionOf(session), MemberDocuments.Kind.Name);
            var paging = new ProtoPaging(new(call.Request.Query), $"{partition}/{kind}", call.Account);
            var query = new ListQuery(partition, kind, paging.Size + 1)
            {
                After = paging.After, Order = ListOrder.OldestFirst,
            };
            var found = (await store.List(query, call.Aborted)).OrNull()!;
            return ConversationSurface.Reply(
                MemberPage.Of(found, paging), ConversationJson.Wire.MemberPage);
        });

    private Task<Outcome> Append(Call call, Func<Standing, Step> decide, int writes) => writer.Append(
        SessionDocuments.HeadsOf(call.Account),
        SessionReader.IdOf(call),
        new(call.Now, decide) { Writes = writes },
        call.Aborted);

    private static Answer Show(Call call, Stored<ConversationSession> session) => ConversationSurface.Reply(
        new SessionEnvelope(SessionResource.For(call.Caller.Subject, session)),
        ConversationJson.Wire.SessionEnvelope);
}
