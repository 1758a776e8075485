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
        surface.Run(request, async exchange =>
        {
            var session = await changes.Change(
                SessionName.Of(exchange), exchange.Now, session => TakeSeat(exchange, session), exchange.Aborted);
            var (room, body) = (session.Document.Id, session.Body);
            var token = exchange.Caller.Owns(body.HostId)
                ? Token(
                    exchange, Participants.Host(exchange.Caller), Participants.HostGrant(room, body),
                    LiveKitTokens.HostLife)
                : Token(
                    exchange, Participants.Viewer(exchange.Caller, body), Participants.ViewerGrant(room, body),
                    LiveKitTokens.ViewerLife);
            return Show(exchange, room, token);
        });

    /// <summary>Lets the session's host watch unseen.</summary>
    [Function("LiveStream_MonitorSession")]
    public Task<IResult> Monitor(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/{id}/monitor")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var session = await changes.Find(exchange);
            exchange.Caller.RequireOwner(session.Body.HostId);
            session.RequireLive();
            var grant = Participants.MonitorGrant(session.Document.Id);
            return Show(
                exchange, session.Document.Id,
                Token(exchange, Participants.Monitor(exchange.Caller), grant, LiveKitTokens.HostLife));
        });

    private static Stored<LiveSession> TakeSeat(Exchange exchange, Stored<LiveSession> session)
    {
        session.RequireLive();
        if (exchange.Caller.Owns(session.Body.HostId))
        {
            return session;
        }

        var identity = Participants.ViewerIdentity(exchange.Caller);
        var attendance = session.Body.Attendance.Reserve(identity, session.Body.EffectiveLimit, exchange.Now)
            ?? throw LiveStreamErrors.Full(session.Body.EffectiveLimit);
        return session.With(session.Body with { Attendance = attendance });
    }

    private string Token(Exchange exchange, Participant who, VideoGrant grant, TimeSpan life) =>
        tokens.Join(who, grant, exchange.Now, life);

    private static Answer Show(Exchange exchange, string room, string token) => LiveStreamSurface.Reply(
        exchange, StatusCodes.Status200OK, new JoinResource(token, room), LiveStreamJson.Wire.EnvelopeJoinResource);
}

/// <summary>The answer to a join.</summary>
/// <param name="LivekitToken">What lets into the LiveKit room.</param>
/// <param name="RoomName">The LiveKit room's name.</param>
public sealed record JoinResource(string LivekitToken, string RoomName);
