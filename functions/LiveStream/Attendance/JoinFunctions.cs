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
    Looks looks,
    LiveKitSettings liveKit,
    LiveKitTokens tokens)
{
    /// <summary>
    /// Lets the caller in: the session's host as host, everyone else of the account as what the token's role and the
    /// preset say, viewers while there are places.
    /// </summary>
    [Function("LiveStream_JoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/join")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.JoinSessions, async exchange =>
        {
            var session = await TakeSeat(exchange);
            return Show(exchange, session, exchange.Caller.RoleIn(session.Body));
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
            return Show(exchange, session, Participants.Monitor);
        });

    // Who was told that a viewer came, and not that he left, thinks that the room is full: so LiveKit is asked before
    // somebody is turned away.
    private async ValueTask<State<LiveSession>> TakeSeat(Exchange exchange)
    {
        var place = sessions.Of(exchange);
        var command = new Command(exchange.Now, exchange.Aborted);
        try
        {
            return await changes.Change(command, place, (found, now) => TakeSeat(found, exchange.Caller, now));
        }
        catch (RefusedException full) when (full.Refusal is LiveStreamRefusal { Code: LiveStreamErrors.JoinLimit })
        {
            if (!await looks.Look(place))
            {
                throw;
            }
        }

        return await changes.Change(command, place, (found, now) => TakeSeat(found, exchange.Caller, now));
    }

    private static Decision<LiveSession> TakeSeat(State<LiveSession>? found, Caller caller, DateTimeOffset now)
    {
        var session = found ?? throw LiveStreamErrors.NotFound();
        session.RequireLive();
        var role = caller.RoleIn(session.Body);
        if (role != People.Viewer)
        {
            return Decision.Keep(session);
        }

        var limit = session.Body.EffectiveLimit;
        var attendance = session.Body.Attendance.Reserve(Participants.IdentityOf(caller, role), limit, now)
            ?? throw LiveStreamErrors.Full(limit);
        return Decision.To(session with { Body = session.Body with { Attendance = attendance } });
    }

    private Answer Show(Exchange exchange, State<LiveSession> session, string role)
    {
        var grant = Participants.GrantOf(role, session.Id, session.Body);
        var token = tokens.Join(Participants.Of(exchange.Caller, role, session.Body), grant, exchange.Now);
        return LiveStreamSurface.Reply(
            exchange, StatusCodes.Status200OK, new JoinResource(token, session.Id, liveKit.SocketUrl),
            LiveStreamJson.Default.EnvelopeJoinResource);
    }
}

/// <summary>The answer to a join.</summary>
/// <param name="LivekitToken">What lets into the LiveKit room.</param>
/// <param name="RoomName">The LiveKit room's name.</param>
/// <param name="LivekitUrl">Where to go with the token.</param>
public sealed record JoinResource(string LivekitToken, string RoomName, string LivekitUrl);
