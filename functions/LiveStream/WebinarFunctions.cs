using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.LiveStream;

/// <summary>
/// Every operation again, under <c>/v1/webinar</c>, the path of TenByte's own server. A function has one route, so each
/// stands here once more, and does nothing but pass the request on.
/// </summary>
public sealed class WebinarFunctions(
    RoomFunctions rooms,
    PresetFunctions presets,
    SessionFunctions sessions,
    SessionListFunctions lists,
    StartFunctions starts,
    JoinFunctions joins,
    StreamFunctions streams)
{
    /// <inheritdoc cref="RoomFunctions.List"/>
    [Function("LiveStream_WebinarListRooms")]
    public Task<IResult> ListRooms(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/rooms")] HttpRequest request) =>
        rooms.List(request);

    /// <inheritdoc cref="RoomFunctions.ListMine"/>
    [Function("LiveStream_WebinarListMyRooms")]
    public Task<IResult> ListMyRooms(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/rooms/my")]
        HttpRequest request) =>
        rooms.ListMine(request);

    /// <inheritdoc cref="RoomFunctions.Create"/>
    [Function("LiveStream_WebinarCreateRoom")]
    public Task<IResult> CreateRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/rooms")] HttpRequest request) =>
        rooms.Create(request);

    /// <inheritdoc cref="RoomFunctions.Fetch"/>
    [Function("LiveStream_WebinarFetchRoom")]
    public Task<IResult> FetchRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/rooms/{id:regex(^(?!my$))}")]
        HttpRequest request) =>
        rooms.Fetch(request);

    /// <inheritdoc cref="RoomFunctions.Update"/>
    [Function("LiveStream_WebinarUpdateRoom")]
    public Task<IResult> UpdateRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/rooms/{id}")] HttpRequest request) =>
        rooms.Update(request);

    /// <inheritdoc cref="RoomFunctions.Delete"/>
    [Function("LiveStream_WebinarDeleteRoom")]
    public Task<IResult> DeleteRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webinar/rooms/{id}")] HttpRequest request) =>
        rooms.Delete(request);

    /// <inheritdoc cref="PresetFunctions.List"/>
    [Function("LiveStream_WebinarListPresets")]
    public Task<IResult> ListPresets(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/presets")] HttpRequest request) =>
        presets.List(request);

    /// <inheritdoc cref="PresetFunctions.Create"/>
    [Function("LiveStream_WebinarCreatePreset")]
    public Task<IResult> CreatePreset(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/presets")] HttpRequest request) =>
        presets.Create(request);

    /// <inheritdoc cref="PresetFunctions.Fetch"/>
    [Function("LiveStream_WebinarFetchPreset")]
    public Task<IResult> FetchPreset(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/presets/{id}")]
        HttpRequest request) =>
        presets.Fetch(request);

    /// <inheritdoc cref="PresetFunctions.Update"/>
    [Function("LiveStream_WebinarUpdatePreset")]
    public Task<IResult> UpdatePreset(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/presets/{id}")] HttpRequest request) =>
        presets.Update(request);

    /// <inheritdoc cref="PresetFunctions.Delete"/>
    [Function("LiveStream_WebinarDeletePreset")]
    public Task<IResult> DeletePreset(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webinar/presets/{id}")] HttpRequest request) =>
        presets.Delete(request);

    /// <inheritdoc cref="SessionListFunctions.List"/>
    [Function("LiveStream_WebinarListSessions")]
    public Task<IResult> ListSessions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/sessions")]
        HttpRequest request) =>
        lists.List(request);

    /// <inheritdoc cref="SessionListFunctions.ListLive"/>
    [Function("LiveStream_WebinarListLiveSessions")]
    public Task<IResult> ListLiveSessions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/sessions/live")]
        HttpRequest request) =>
        lists.ListLive(request);

    /// <inheritdoc cref="SessionListFunctions.Stats"/>
    [Function("LiveStream_WebinarSessionStats")]
    public Task<IResult> SessionStats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/sessions/stats")]
        HttpRequest request) =>
        lists.Stats(request);

    /// <inheritdoc cref="SessionListFunctions.ListOfRoom"/>
    [Function("LiveStream_WebinarListRoomSessions")]
    public Task<IResult> ListRoomSessions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/rooms/{id}/sessions")]
        HttpRequest request) =>
        lists.ListOfRoom(request);

    /// <inheritdoc cref="SessionFunctions.Create"/>
    [Function("LiveStream_WebinarCreateSession")]
    public Task<IResult> CreateSession(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/rooms/{id}/sessions")]
        HttpRequest request) =>
        sessions.Create(request);

    /// <inheritdoc cref="SessionFunctions.Fetch"/>
    [Function("LiveStream_WebinarFetchSession")]
    public Task<IResult> FetchSession(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/webinar/sessions/{id:regex(^(?!live$|stats$))}")]
        HttpRequest request) =>
        sessions.Fetch(request);

    /// <inheritdoc cref="SessionFunctions.Delete"/>
    [Function("LiveStream_WebinarDeleteSession")]
    public Task<IResult> DeleteSession(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webinar/sessions/{id}")]
        HttpRequest request) =>
        sessions.Delete(request);

    /// <inheritdoc cref="SessionFunctions.Reschedule"/>
    [Function("LiveStream_WebinarRescheduleSession")]
    public Task<IResult> RescheduleSession(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/sessions/{id}/reschedule")]
        HttpRequest request) =>
        sessions.Reschedule(request);

    /// <inheritdoc cref="SessionFunctions.UpdateSettings"/>
    [Function("LiveStream_WebinarUpdateSessionSettings")]
    public Task<IResult> UpdateSessionSettings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/sessions/{id}/settings")]
        HttpRequest request) =>
        sessions.UpdateSettings(request);

    /// <inheritdoc cref="StartFunctions.Start"/>
    [Function("LiveStream_WebinarStartSession")]
    public Task<IResult> StartSession(
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
    public Task<IResult> EndSession(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/end")]
        HttpRequest request) =>
        starts.End(request);

    /// <inheritdoc cref="JoinFunctions.Join"/>
    [Function("LiveStream_WebinarJoinSession")]
    public Task<IResult> JoinSession(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/sessions/{id}/join")]
        HttpRequest request) =>
        joins.Join(request);

    /// <inheritdoc cref="JoinFunctions.Monitor"/>
    [Function("LiveStream_WebinarMonitorSession")]
    public Task<IResult> MonitorSession(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/sessions/{id}/monitor")]
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
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webinar/sessions/{id}/stream_health")]
        HttpRequest request) =>
        streams.StreamHealth(request);
}
