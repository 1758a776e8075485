using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>What goes on in a live session's stream.</summary>
public sealed class StreamFunctions(
    LiveStreamSurface surface, LiveStreamReader reader, EgressStarts egresses, ILiveKit liveKit, TimeProvider time)
{
    private static readonly LiveStreamJson _wire = LiveStreamJson.Default;

    /// <summary>Sees to it that HLS is made of the session.</summary>
    [Function("LiveStream_EnsureHlsEgress")]
    public Task<IResult> EnsureHlsEgress(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/ensure_hls_egress")]
        HttpRequest request) =>
        surface.Run(
            request,
            LiveStreamScopes.WriteSessions,
            async exchange => Show(exchange, await egresses.EnsureHls(exchange, webcamOnly: false)));

    /// <summary>Sees to it that HLS is made of the session, which must be of mode webcam.</summary>
    [Function("LiveStream_StartWebcamHls")]
    public Task<IResult> StartWebcamHls(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{id}/start_webcam_hls")]
        HttpRequest request) =>
        surface.Run(
            request,
            LiveStreamScopes.WriteSessions,
            async exchange => Show(exchange, await egresses.EnsureHls(exchange, webcamOnly: true)));

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

    /// <summary>
    /// How the stream is doing. LiveKit is asked, if there is something to ask; when it does not answer, what we know
    /// is told, and how old that is.
    /// </summary>
    [Function("LiveStream_StreamHealth")]
    public Task<IResult> StreamHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions/{id}/stream_health")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadSessions, async exchange =>
        {
            var session = await reader.Session(exchange, exchange.Now);
            var body = session.Body;
            var (now, failure) = session.IsLive() ? await Ask(session, exchange.Aborted) : (null, null);
            var age = exchange.Now.ToUnixTimeSeconds() - body.IngressNews?.At;
            var health = new StreamHealth(
                session.Lifetime.Status,
                now?.Status ?? body.IngressNews?.Status,
                now is null && body.IngressNews is not null ? Math.Max(0, age ?? 0) : null,
                body.Egress?.Status,
                body.Egress?.Error,
                body.Egress?.Url,
                body.Attendance.Present.Count,
                body.Attendance.MaxViewers,
                failure);
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, health, _wire.EnvelopeStreamHealth);
        });

    private async ValueTask<(IngressSeen? Now, string? Failure)> Ask(
        State<LiveSession> session, CancellationToken cancellation)
    {
        using var patience = new LiveKitPatience(time);
        try
        {
            var seen = await patience.Within(ends => liveKit.Ingresses(session.Id, ends), cancellation);
            var own = seen.FirstOrDefault(ingress => ingress.Id == session.Body.Ingress?.Id);
            return (own ?? new("", session.Id, IngressNews.Gone), null);
        }
        catch (LiveKitException failure)
        {
            return (null, failure.Code);
        }
    }

    private async ValueTask<IResult> Broadcast(Exchange exchange, string topic)
    {
        var fields = await Fields.Read(exchange);
        var enabled = fields.Flag("enabled");
        fields.Check();
        var session = await reader.Session(exchange, exchange.Now);
        exchange.Caller.RequireOwner(session.Body.HostId);
        session.RequireLive();
        var message = new HostState(topic, enabled);
        using var patience = new LiveKitPatience(time);
        await patience.Within(
            ends => liveKit.Broadcast(
                session.Id, topic, JsonSerializer.SerializeToUtf8Bytes(message, _wire.HostState), ends),
            exchange.Aborted);
        return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, message, _wire.EnvelopeHostState);
    }

    private static Answer Show(Exchange exchange, Egress egress) => LiveStreamSurface.Reply(
        exchange, StatusCodes.Status200OK, new HlsResource(egress.Id, egress.Status, egress.Url, egress.Error),
        _wire.EnvelopeHlsResource);
}

/// <summary>The egress that makes HLS.</summary>
/// <param name="EgressId">LiveKit's id.</param>
/// <param name="Status">LiveKit's word, such as EGRESS_STARTING.</param>
/// <param name="HlsUrl">The playlist, as soon as the egress is active.</param>
/// <param name="Error">What went wrong, in LiveKit's words, or null.</param>
public sealed record HlsResource(string EgressId, string Status, string? HlsUrl, string? Error);

/// <summary>What everyone in the room is told of the host.</summary>
/// <param name="Type">host_video_state or host_audio_state.</param>
/// <param name="Enabled">Whether it is on; null when the host did not say.</param>
public sealed record HostState(string Type, bool? Enabled);

/// <summary>How a stream is doing.</summary>
/// <param name="Status">The session's status.</param>
/// <param name="IngressStatus">LiveKit's word, such as ENDPOINT_PUBLISHING, or gone, or null.</param>
/// <param name="IngressStatusAge">How old that is in seconds, when LiveKit was not asked or did not answer.</param>
/// <param name="EgressStatus">LiveKit's word, such as EGRESS_ACTIVE, or null.</param>
/// <param name="EgressError">What went wrong there, in LiveKit's words, or null.</param>
/// <param name="HlsUrl">The playlist, or null.</param>
/// <param name="ViewerCount">How many are in.</param>
/// <param name="MaxViewers">How many were in at once at most.</param>
/// <param name="LivekitError">Why LiveKit did not answer, such as timeout; null when it did.</param>
public sealed record StreamHealth(
    string Status, string? IngressStatus, long? IngressStatusAge, string? EgressStatus, string? EgressError,
    string? HlsUrl, int ViewerCount, int MaxViewers, string? LivekitError);
