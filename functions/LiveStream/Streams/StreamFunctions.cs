using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>What goes on in a live session's stream.</summary>
public sealed class StreamFunctions(
    LiveStreamSurface surface, LiveStreamReader reader, HlsEgress hls, ILiveKit liveKit)
{
    private static readonly LiveStreamJson _wire = LiveStreamJson.Wire;

    /// <summary>Sees to it that HLS is made of the session.</summary>
    [Function("LiveStream_EnsureHlsEgress")]
    public Task<IResult> EnsureHlsEgress(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/ensure_hls_egress")]
        HttpRequest request) =>
        surface.Run(
            request,
            LiveStreamScopes.WriteSessions,
            async exchange => Show(exchange, await hls.Ensure(exchange, webcamOnly: false)));

    /// <summary>Sees to it that HLS is made of the session, which must be of mode webcam.</summary>
    [Function("LiveStream_StartWebcamHls")]
    public Task<IResult> StartWebcamHls(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/start_webcam_hls")]
        HttpRequest request) =>
        surface.Run(
            request,
            LiveStreamScopes.WriteSessions,
            async exchange => Show(exchange, await hls.Ensure(exchange, webcamOnly: true)));

    /// <summary>Tells everyone in the room that the host's camera went on or off.</summary>
    [Function("LiveStream_HostVideoState")]
    public Task<IResult> HostVideoState(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/host_video_state")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, exchange => Broadcast(exchange, "host_video_state"));

    /// <summary>Tells everyone in the room that the host's microphone went on or off.</summary>
    [Function("LiveStream_HostAudioState")]
    public Task<IResult> HostAudioState(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/host_audio_state")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, exchange => Broadcast(exchange, "host_audio_state"));

    /// <summary>How the stream is doing. LiveKit is asked, if there is something to ask.</summary>
    [Function("LiveStream_StreamHealth")]
    public Task<IResult> StreamHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions/{id}/stream_health")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadSessions, async exchange =>
        {
            var session = await reader.Session(exchange, exchange.Now);
            var body = session.Body;
            var ingress = session.IsLive() ? await liveKit.IngressStatus(body.Ingress!.Id, exchange.Aborted) : null;
            var health = new StreamHealth(
                session.Lifetime.Status,
                ingress ?? body.IngressNews?.Status,
                body.Egress?.Status,
                body.Egress?.HlsUrl,
                body.Attendance.Present.Count,
                body.Attendance.MaxViewers);
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, health, _wire.EnvelopeStreamHealth);
        });

    private async ValueTask<IResult> Broadcast(Exchange exchange, string topic)
    {
        var fields = await Fields.Read(exchange);
        var enabled = fields.Flag("enabled");
        fields.Check();
        var session = await reader.Session(exchange, exchange.Now);
        exchange.Caller.RequireOwner(session.Body.HostId);
        session.RequireLive();
        var message = new HostState(topic, enabled);
        await liveKit.Broadcast(
            session.Id, topic, JsonSerializer.SerializeToUtf8Bytes(message, _wire.HostState),
            exchange.Aborted);
        return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, message, _wire.EnvelopeHostState);
    }

    private static Answer Show(Exchange exchange, Egress egress) => LiveStreamSurface.Reply(
        exchange, StatusCodes.Status200OK, new HlsResource(egress.Id, egress.Status, egress.HlsUrl),
        _wire.EnvelopeHlsResource);
}

/// <summary>The egress that makes HLS.</summary>
/// <param name="EgressId">LiveKit's id.</param>
/// <param name="Status">LiveKit's word, such as EGRESS_STARTING.</param>
/// <param name="HlsUrl">The playlist; it comes with LiveKit's webhook, so mostly not at once.</param>
public sealed record HlsResource(string EgressId, string Status, string? HlsUrl);

/// <summary>What everyone in the room is told of the host.</summary>
/// <param name="Type">host_video_state or host_audio_state.</param>
/// <param name="Enabled">Whether it is on; null when the host did not say.</param>
public sealed record HostState(string Type, bool? Enabled);

/// <summary>How a stream is doing.</summary>
/// <param name="Status">The session's status.</param>
/// <param name="IngressStatus">LiveKit's word, such as ENDPOINT_PUBLISHING, or null.</param>
/// <param name="EgressStatus">LiveKit's word, such as EGRESS_ACTIVE, or null.</param>
/// <param name="HlsUrl">The playlist, or null.</param>
/// <param name="ViewerCount">How many are in.</param>
/// <param name="MaxViewers">How many were in at once at most.</param>
public sealed record StreamHealth(
    string Status, string? IngressStatus, string? EgressStatus, string? HlsUrl, int ViewerCount, int MaxViewers);
