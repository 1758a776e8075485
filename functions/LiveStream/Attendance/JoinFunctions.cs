using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>Into the LiveKit room of a live session.</summary>
public sealed class JoinFunctions(
    LiveStreamSurface surface,
    LiveSessionKind sessions,
    LiveStreamReader reader,
    Changes changes,
    LiveKitTokens tokens)
{
    /// <summary>
    /// Lets the caller in: the session's host as host, everyone else of the account as viewer, while there are places.
    /// </summary>
    [Function("LiveStream_JoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/join")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.JoinSessions, async exchange =>
        {
            var session = await changes.Change(
                new(exchange.Now, exchange.Aborted),
                sessions.Of(exchange),
                (found, now) => TakeSeat(found, exchange.Caller, now));
            var (room, body) = (session.Id, session.Body);
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
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions/{id}/monitor")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.MonitorSessions, async exchange =>
        {
            var session = await reader.Session(exchange, exchange.Now);
            exchange.Caller.RequireOwner(session.Body.HostId);
            session.RequireLive();
            var grant = Participants.MonitorGrant(session.Id);
            return Show(
                exchange, session.Id,
                Token(exchange, Participants.Monitor(exchange.Caller), grant, LiveKitTokens.HostLife));
        });

    private static Decision<LiveSession> TakeSeat(State<LiveSession>? found, Caller caller, DateTimeOffset now)
    {
        var session = found ?? throw LiveStreamErrors.NotFound();
        session.RequireLive();
        if (caller.Owns(session.Body.HostId))
        {
            return Decision.Keep(session);
        }

        var limit = session.Body.EffectiveLimit;
        var attendance = session.Body.Attendance.Reserve(Participants.ViewerIdentity(caller), limit, now)
            ?? throw LiveStreamErrors.Full(limit);
        return Decision.To(session with { Body = session.Body with { Attendance = attendance } });
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
