using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>Signs of life, of those who have no stream open, and how far everybody has read.</summary>
public sealed class PresenceFunctions(
    ConversationSurface surface, SessionReader sessions, Presence presence, EventLog events, Changes changes)
{
    /// <summary>Takes a member to be present for the length of a lease.</summary>
    [Function("Conversation_Heartbeat")]
    public Task<IResult> Heartbeat(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/heartbeat")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMembers, async exchange =>
        {
            var sent = await Read(exchange);
            var place = sessions.PlaceOf(exchange);
            var session = await sessions.Now(
                await sessions.Head(place, exchange.Aborted), exchange.Now, exchange.Aborted);
            var member = await sessions.Member(place, session, sent.User, exchange.Now);
            if (session is null)
            {
                throw ConversationErrors.NotFound(place.Id);
            }

            SessionRules.RequireOpenTo(session, sent.User, joined: member is not null);
            return Show(exchange, await presence.Sign(
                await sent.Change.Command(exchange), session, member ?? throw ConversationErrors.NotMember(place.Id)));
        });

    /// <summary>Notes how far a member has read, and tells of it.</summary>
    [Function("Conversation_MarkRead")]
    public Task<IResult> MarkRead(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/read")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMembers, async exchange =>
        {
            var checks = new FieldChecks();
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
            var sequence = checks.Read(() => sent.Message.Number("sequence"), 1);
            checks.Require(sequence is not null, "sequence", "is required.", FieldReasons.Required);
            checks.Require(sequence is null or > 0, "sequence", "must be that of an event of the session.");
            checks.End();
            var place = sessions.PlaceOf(exchange);
            State<Member>? member = null;
            var log = events.Of(place, MemberKind.One) with
            {
                Learn = async standing => member = await sessions.Member(
                    place, standing.Head, sent.User, standing.Now),
            };
            var read = await changes.Gather(
                await sent.Change.Command(exchange),
                log,
                (standing, now) => PresenceRules.MarkRead(standing, member, sent.User, sequence!.Value, now));
            return Show(exchange, read.Shown ?? throw new GoneException());
        });

    private static async ValueTask<UserRequest> Read(Exchange exchange)
    {
        var checks = new FieldChecks();
        var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
        checks.End();
        return sent;
    }

    private static Answer Show(Exchange exchange, State<Member> member) => ConversationSurface.Reply(
        new MemberEnvelope(MemberResource.Of(member, exchange.Now)), ConversationJson.Default.MemberEnvelope);
}
