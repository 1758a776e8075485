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
            .Reply(exchange, StatusCodes.Status200OK, resource, LiveStreamJson.Default.EnvelopeStartResource)
            .WithVersion(session.Version);
    }
}

/// <summary>The answer to a start. Source: https://docs.tenbyte.io/api-reference/sessions/start-a-session</summary>
/// <param name="Session">The session, live.</param>
/// <param name="LivekitToken">What lets the host into the LiveKit room.</param>
/// <param name="LivekitUrl">Where to go with the token.</param>
/// <param name="Rtmp">The ingress, for sessions of mode rtmp.</param>
/// <param name="RtmpSetup">How to set up an encoder for it.</param>
/// <param name="WhipUrl">Where to send WebRTC by WHIP, key and all, for sessions of mode webcam.</param>
public sealed record StartResource(
    SessionResource Session, string LivekitToken, string LivekitUrl, RtmpIngress? Rtmp, RtmpSetup? RtmpSetup,
    string? WhipUrl)
{
    internal static StartResource Of(SessionResource session, string token, string url, LiveSession body)
    {
        var ingress = body.Ingress!;
        return body.IsRtmp
            ? new(session, token, url, new(ingress.Id, ingress.Url, ingress.StreamKey), RtmpSetup.Of(ingress), null)
            : new(session, token, url, null, null, $"{ingress.Url.TrimEnd('/')}/{ingress.StreamKey}");
    }
}

/// <summary>An RTMP ingress on the wire.</summary>
/// <param name="IngressId">LiveKit's id.</param>
/// <param name="Url">Where to.</param>
/// <param name="StreamKey">What opens it.</param>
public sealed record RtmpIngress(string IngressId, string Url, string StreamKey);

/// <summary>What a person needs for an encoder.</summary>
/// <param name="Server">Where to.</param>
/// <param name="StreamKey">What opens it.</param>
/// <param name="Instructions">What to do.</param>
public sealed record RtmpSetup(string Server, string StreamKey, RtmpInstructions Instructions)
{
    internal static RtmpSetup Of(Ingress ingress) => new(ingress.Url, ingress.StreamKey, new(
        SimulatedLiveKit.Made(ingress)
            ? "Simulated: no LiveKit server is configured, so nothing listens at this address. Set LiveKit__Url."
            : "In your encoder, such as OBS, open Settings, Stream, and choose the service Custom.",
        $"Enter {ingress.Url} as the server and the stream key as it stands here. Tell nobody the key.",
        "Start streaming. The picture reaches your viewers some seconds later."));
}

/// <summary>What to do, step by step.</summary>
public sealed record RtmpInstructions(string Step1, string Step2, string Step3);
