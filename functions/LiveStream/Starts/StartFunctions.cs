using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>From scheduled to live, and to the end. Both are one by nature, however often they are asked for.</summary>
public sealed class StartFunctions(
    LiveStreamSurface surface,
    LiveSessionKind sessions,
    SessionStart start,
    Changes changes,
    SessionTidying tidying,
    SessionReplies replies,
    LiveKitSettings liveKit,
    LiveKitTokens tokens)
{
    /// <summary>Takes a session live; of a live one, shows the ingress again with a fresh token.</summary>
    [Function("LiveStream_StartSession")]
    public Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/start")] HttpRequest request) =>
        surface.Run(
            request,
            LiveStreamScopes.WriteSessions,
            async exchange => await Show(exchange, await start.Run(exchange)));

    /// <summary>Takes a session live, as start does: TenByte has both, with one answer.</summary>
    [Function("LiveStream_GoLive")]
    public Task<IResult> GoLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/go_live")] HttpRequest request) =>
        Start(request);

    /// <summary>Ends a live session. Of one that has ended, shows it.</summary>
    [Function("LiveStream_EndSession")]
    public Task<IResult> End(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/end")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, async exchange =>
        {
            var ended = await changes.Change(
                new(exchange.Now, exchange.Aborted),
                sessions.InRoom(sessions.Of(exchange), exchange.Aborted),
                (seen, now) => End(seen, exchange.Caller, now));
            return await replies.Show(exchange, await tidying.AfterEnd(ended));
        });

    private static Decision<LiveSession> End(SessionInRoom seen, Caller caller, DateTimeOffset now)
    {
        var session = seen.Session.OwnedBy(caller);
        if (session.Lifetime.Status == SessionStatus.Ended)
        {
            return Decision.Keep(session);
        }

        session.RequireLive();
        return Decision.To(session.End(CloseReasons.Api, now)).And(seen.Room.LetGoBy(session.Id, now));
    }

    private async ValueTask<IResult> Show(Exchange exchange, State<LiveSession> session)
    {
        var grant = Participants.GrantOf(People.Host, session.Id, session.Body);
        var token = tokens.Join(Participants.Of(exchange.Caller, People.Host, session.Body), grant, exchange.Now);
        var resource = StartResource.Of(
            await replies.Resource(exchange, session), token, liveKit.SocketUrl, session.Body);
        return LiveStreamSurface
            .Reply(exchange, StatusCodes.Status200OK, resource, LiveStreamJson.Wire.EnvelopeStartResource)
            .WithVersion(session.Version);
    }
}
