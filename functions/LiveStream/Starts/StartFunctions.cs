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
        surface.Run(request, async call => await Show(call, await start.Run(call)));

    /// <summary>Takes a session live, as start does: TenByte has both, with one answer.</summary>
    [Function("LiveStream_GoLive")]
    public Task<IResult> GoLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/go_live")] HttpRequest request) =>
        Start(request);

    /// <summary>Ends a live session. Of one that has ended, shows it.</summary>
    [Function("LiveStream_EndSession")]
    public Task<IResult> End(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/end")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var name = SessionName.Of(call);
            var ended = await changes.ChangeWithRoom(
                name, call.Now, (session, room) => End(call, session, room), call.Aborted);
            return await replies.Show(call, await tidying.AfterEnd(name, ended));
        });

    private static SessionDecision End(Call call, Stored<LiveSession> session, Stored<Room>? room)
    {
        call.Caller.RequireOwner(session.Body.HostId);
        if (session.Document.Lifetime.Status == SessionStatus.Ended)
        {
            return new(session, []);
        }

        session.RequireLive();
        return new(
            session.End(CloseReasons.Api, call.Now), RoomDocuments.Release(room, session.Document.Id, call.Now));
    }

    private async ValueTask<IResult> Show(Call call, Stored<LiveSession> session)
    {
        var grant = Participants.HostGrant(session.Document.Id, session.Body);
        var token = tokens.Join(Participants.Host(call.Caller), grant, call.Now, LiveKitTokens.HostLife);
        var resource = StartResource.Of(await replies.Resource(call, session), token, session.Body);
        return LiveStreamSurface
            .Reply(call, StatusCodes.Status200OK, resource, LiveStreamJson.Wire.EnvelopeStartResource)
            .WithVersion(session.Version);
    }
}
