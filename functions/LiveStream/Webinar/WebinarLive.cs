using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.LiveStream;

/// <summary>
/// Live sessions under <c>/v1/webinar</c>, the path of TenByte's own server. A
/// function has one route, so there are two of each.
/// </summary>
public sealed class WebinarLive(StartFunctions starts, JoinFunctions joins, StreamFunctions streams)
{
    /// <inheritdoc cref="StartFunctions.Start"/>
    [Function("LiveStream_WebinarStartSession")]
    public Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/start")]
        HttpRequest request) =>
        starts.Start(request);

    /// <inheritdoc cref="StartFunctions.GoLive"/>
    [Function("LiveStream_WebinarGoLive")]
    public Task<IResult> GoLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/go_live")]
        HttpRequest request) =>
        starts.GoLive(request);

    /// <inheritdoc cref="StartFunctions.End(HttpRequest)"/>
    [Function("LiveStream_WebinarEndSession")]
    public Task<IResult> End(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/end")]
        HttpRequest request) =>
        starts.End(request);

    /// <inheritdoc cref="JoinFunctions.Join"/>
    [Function("LiveStream_WebinarJoinSession")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/join")]
        HttpRequest request) =>
        joins.Join(request);

    /// <inheritdoc cref="JoinFunctions.Monitor"/>
    [Function("LiveStream_WebinarMonitorSession")]
    public Task<IResult> Monitor(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/sessions/{id}/monitor")]
        HttpRequest request) =>
        joins.Monitor(request);

    /// <inheritdoc cref="StreamFunctions.EnsureHlsEgress"/>
    [Function("LiveStream_WebinarEnsureHlsEgress")]
    public Task<IResult> EnsureHlsEgress(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/ensure_hls_egress")]
        HttpRequest request) =>
        streams.EnsureHlsEgress(request);

    /// <inheritdoc cref="StreamFunctions.StartWebcamHls"/>
    [Function("LiveStream_WebinarStartWebcamHls")]
    public Task<IResult> StartWebcamHls(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/start_webcam_hls")]
        HttpRequest request) =>
        streams.StartWebcamHls(request);

    /// <inheritdoc cref="StreamFunctions.HostVideoState"/>
    [Function("LiveStream_WebinarHostVideoState")]
    public Task<IResult> HostVideoState(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/host_video_state")]
        HttpRequest request) =>
        streams.HostVideoState(request);

    /// <inheritdoc cref="StreamFunctions.HostAudioState"/>
    [Function("LiveStream_WebinarHostAudioState")]
    public Task<IResult> HostAudioState(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/host_audio_state")]
        HttpRequest request) =>
        streams.HostAudioState(request);

    /// <inheritdoc cref="StreamFunctions.StreamHealth"/>
    [Function("LiveStream_WebinarStreamHealth")]
    public Task<IResult> StreamHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/sessions/{id}/stream_health")]
        HttpRequest request) =>
        streams.StreamHealth(request);
}
