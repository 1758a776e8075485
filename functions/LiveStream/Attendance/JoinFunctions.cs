using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Into the LiveKit room of a live session.</summary>
public sealed class JoinFunctions(LiveStreamSurface surface, SessionChanges changes, LiveKitTokens tokens)
{
    /// <summary>
    /// Lets the caller in: the session's host as host, everyone else of the account as viewer, while there are places.
    /// </summary>
    [Function("LiveStream_JoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/join")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var session = await changes.Change(
                SessionName.Of(call), call.Now, session => TakeSeat(call, session), call.Aborted);
            var (room, body) = (session.Document.Id, session.Body);
            var token = call.Caller.Owns(body.HostId)
                ? Token(
                    call, Participants.Host(call.Caller), Participants.HostGrant(room, body), LiveKitTokens.HostLife)
                : Token(
                    call, Participants.Viewer(call.Caller, body), Participants.ViewerGrant(room, body),
                    LiveKitTokens.ViewerLife);
            return Show(call, room, token);
        });

    /// <summary>Lets the session's host watch unseen.</summary>
    [Function("LiveStream_MonitorSession")]
    public Task<IResult> Monitor(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/{id}/monitor")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var session = await changes.Find(call);
            call.Caller.RequireOwner(session.Body.HostId);
            session.RequireLive();
            var grant = Participants.MonitorGrant(session.Document.Id);
            return Show(
                call, session.Document.Id,
                Token(call, Participants.Monitor(call.Caller), grant, LiveKitTokens.HostLife));
        });

    private static Stored<LiveSession> TakeSeat(Call call, Stored<LiveSession> session)
    {
        session.RequireLive();
        if (call.Caller.Owns(session.Body.HostId))
        {
            return session;
        }

        var identity = Participants.ViewerIdentity(call.Caller);
        var attendance = session.Body.Attendance.Reserve(identity, session.Body.EffectiveLimit, call.Now)
            ?? throw LiveStreamErrors.Full(session.Body.EffectiveLimit);
        return session.With(session.Body with { Attendance = attendance });
    }

    private string Token(Call call, Participant who, VideoGrant grant, TimeSpan life) =>
        tokens.Join(who, grant, call.Now, life);

    private static Answer Show(Call call, string room, string token) => LiveStreamSurface.Reply(
        call, StatusCodes.Status200OK, new JoinResource(token, room), LiveStreamJson.Wire.EnvelopeJoinResource);
}

/// <summary>The answer to a join.</summary>
/// <param name="LivekitToken">What lets into the LiveKit room.</param>
/// <param name="RoomName">The LiveKit room's name.</param>
public sealed record JoinResource(string LivekitToken, string RoomName);
