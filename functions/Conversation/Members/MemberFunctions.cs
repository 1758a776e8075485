using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Who takes part. Source: https://docs.machanirobotics.dev (joinsession, leavesession)</summary>
public sealed class MemberFunctions(
    ConversationSurface surface,
    SessionReader sessions,
    Reader reader,
    EventLog events,
    Changes changes,
    Presence presence,
    Inboxes inboxes,
    LimitSettings limits)
{
    /// <summary>Joins a session; joining again changes nothing.</summary>
    [Function("Conversation_JoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/join")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMembers, async exchange =>
        {
            var checks = new FieldChecks();
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
            var secretKey = checks.Read(() => sent.Message.Text("secretKey", 256), null);
            checks.End();

            // Whether the user is there shows when the member is written, so nobody has to look before.
            var joined = false;
            var log = events.Of(sessions.PlaceOf(exchange), LogKind.One) with
            {
                Taken = taken => joined |= taken.DocumentId == MemberKind.IdOf(sent.User),
            };
            var joining = await changes.Gather(
                await sent.Change.Command(exchange),
                log,
                (standing, now) => MemberRules.Join(standing, sent.User, secretKey, joined, now));
            await (sent.Change.IsTrial ? default : List(exchange, sent.User, joining.Seen, joined));
            return Show(exchange, joining.Seen.Session);
        });

    /// <summary>Leaves a session; who has not joined changes nothing.</summary>
    [Function("Conversation_LeaveSession")]
    public Task<IResult> Leave(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/leave")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMembers, async exchange =>
        {
            var checks = new FieldChecks();
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
            checks.End();

            // To whom a session is open shows it when the member is removed; a refusal must not get as far as that.
            bool? joined = null;
            var log = events.Of(sessions.PlaceOf(exchange), LogKind.One) with
            {
                Learn = async standing => joined = Users.IsOpenTo(standing.Head.Body.Fields, sent.User)
                    ? null
                    : await sessions.HasJoined(standing.Partition, sent.User, CancellationToken.None),
                Taken = absent => joined = absent.DocumentId == MemberKind.IdOf(sent.User) ? false : joined,
            };
            var leaving = await changes.Gather(
                await sent.Change.Command(exchange),
                log,
                (standing, now) => MemberRules.Leave(standing, sent.User, joined, now));
            if (!sent.Change.IsTrial)
            {
                await events.Follow(leaving.Seen);
                await inboxes.Remove(leaving.Seen.Head, sent.User, leaving.Seen.Log.Body.Next - 1, exchange.Now);
            }

            return Show(exchange, leaving.Seen.Session);
        });

    /// <summary>Lists who has joined, the first first.</summary>
    [Function("Conversation_ListMembers")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/conversation/sessions/{session}/members")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.ReadMembers, async exchange =>
        {
            var session = await sessions.Find(exchange);
            var (partition, kind) = (ConversationSessionKind.PartitionOf(session), MemberKind.One.Name);
            var paging = new ProtoPaging(
                new(exchange.Request.Query), $"{partition}/{kind}", await exchange.Pages());
            var query = new ListQuery(partition, kind, paging.Size + 1)
            {
                After = paging.After, Order = ListOrder.OldestFirst, MaxBytes = limits.PageBytes,
            };
            var found = await reader.List(MemberKind.One, query, exchange.Now, exchange.Aborted);
            var page = MemberPage.Of(found, paging, limits.PageBytes, exchange.Now);

            // Most have one page only, which is its own count.
            var total = paging.After is null && page.NextPageToken is ""
                ? page.Members.Count
                : await reader.Count(MemberKind.One, partition, null, exchange.Aborted);
            return ConversationSurface.Reply(page with { TotalSize = total }, ConversationJson.Default.MemberPage);
        });

    /// <summary>Lists the session for one who has joined it, before that is answered.</summary>
    private async ValueTask List(Exchange exchange, string user, Standing joining, bool joined)
    {
        // Only of one who is there already, or who repeats, it may be done; and a repeat may come after a leave.
        if (!joined && exchange.IdempotencyKey is null)
        {
            await inboxes.Add(joining.Head, user, joining.Log.Body.Next - 1, joining.Now, exchange.Now);
            return;
        }

        var place = sessions.PlaceOf(exchange);
        var member = joined
            ? await presence.Sign(joining.Session, user, exchange.Now)
            : await sessions.Member(place, joining.Head, user, exchange.Now);
        if (member is not null)
        {
            await inboxes.List(joining.Head, member, exchange.Now);
        }
    }

    private static Answer Show(Exchange exchange, State<ConversationSession> session) => ConversationSurface.Reply(
        new SessionEnvelope(SessionResource.For(exchange.Caller.Subject, session)),
        ConversationJson.Default.SessionEnvelope);
}

/// <summary>What join, leave and publish share: name, the user who does it, and session.</summary>
/// <param name="Message">The whole message.</param>
/// <param name="User">The user.</param>
/// <param name="Change">How it is asked for.</param>
internal sealed record UserRequest(ProtoMessage Message, string User, ChangeRequest Change)
{
    private const int MaxUser = 256;

    /// <summary>Lets a token speak for other users of its account, as a backend does.</summary>
    private const string AnyUser = "conversation:any-user";

    /// <summary>Reads them; what is wrong is noted, and the rest of the request can be looked at, too.</summary>
    /// <exception cref="RefusedException">name is another user than the token's.</exception>
    public static UserRequest Read(Exchange exchange, ProtoMessage message, FieldChecks checks)
    {
        var user = checks.Read(() => UserOf(message), null);
        if (user is not null && user != Users.IdOf(exchange.Caller.Subject) && !exchange.Caller.May(AnyUser))
        {
            throw ConversationErrors.NotYou();
        }

        var id = exchange.Route("session");
        checks.Check(() => RequireSession(message, id));
        return new(message, user ?? "", ChangeRequest.Read(exchange, checks, message));
    }

    private static string UserOf(ProtoMessage message) =>
        Users.IdOf(message.Text("name", MaxUser) ?? "") is { Length: > 0 } user ? user
        : throw ConversationErrors.Invalid("name", "is required: the user who does this.", FieldReasons.Required);

    private static void RequireSession(ProtoMessage message, string id)
    {
        var session = message.Text("session", MaxUser);
        if (session is { Length: > 0 } && session != id && session != $"sessions/{id}")
        {
            throw ConversationErrors.Invalid("session", "must be the session of the path.");
        }
    }
}
