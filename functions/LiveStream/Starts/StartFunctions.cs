using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>From scheduled to live, and to the end.</summary>
public sealed class StartFunctions(
    LiveStreamSurface surface,
    SessionStart start,
    SessionChanges changes,
    SessionTidying tidying,
    SessionReplies replies,
    LiveKitTokens tokens)
{
    /// <summary>Takes a session live; of a live one, shows the ingress again with a fresh token.</summary>
    [Function("LiveStream_StartSession")]
    public Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/start")] HttpRequest request) =>
        surface.Run(request, async exchange => await Show(exchange, await start.Run(exchange)));

    /// <summary>Takes a session live, as start does: TenByte has both, with one answer.</summary>
    [Function("LiveStream_GoLive")]
    public Task<IResult> GoLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/go_live")] HttpRequest request) =>
        Start(request);

    /// <summary>Ends a live session. Of one that has ended, shows it.</summary>
    [Function("LiveStream_EndSession")]
    public Task<IResult> End(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/end")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var name = SessionName.Of(exchange);
            var ended = await changes.ChangeWithRoom(
                name, exchange.Now, (session, room) => End(exchange, session, room), exchange.Aborted);
            return await replies.Show(exchange, await tidying.AfterEnd(name, ended));
        });

    private static SessionDecision End(Exchange exchange, Stored<LiveSession> session, Stored<Room>? room)
    {
        exchange.Caller.RequireOwner(session.Body.HostId);
        if (session.Document.Lifetime.Status == SessionStatus.Ended)
        {
            return new(session, []);
        }

        session.RequireLive();
        return new(
            session.End(CloseReasons.Api, exchange.Now), RoomDocuments.Release(
                room, session.Document.Id, exchange.Now));
    }

    private async ValueTask<IResult> Show(Exchange exchange, Stored<LiveSession> session)
    {
        var grant = Participants.HostGrant(session.Document.Id, session.Body);
        var token = tokens.Join(Participants.Host(exchange.Caller), grant, exchange.Now, LiveKitTokens.HostLife);
        var resource = StartResource.Of(await replies.Resource(exchange, session), token, session.Body);
        return LiveStreamSurface
            .Reply(exchange, StatusCodes.Status200OK, resource, LiveStreamJson.Wire.EnvelopeStartResource)
            .WithVersion(session.Version);
    }
}
