using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.LiveStream;

/// <summary>
/// Sessions under <c>/v1/webinar</c>, the path of TenByte's own server. A
/// function has one route, so there are two of each.
/// </summary>
public sealed class WebinarSessions(SessionListFunctions lists, SessionFunctions sessions)
{
    /// <inheritdoc cref="SessionListFunctions.List"/>
    [Function("LiveStream_WebinarListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/sessions")] HttpRequest request) =>
        lists.List(request);

    /// <inheritdoc cref="SessionListFunctions.ListLive"/>
    [Function("LiveStream_WebinarListLiveSessions")]
    public Task<IResult> ListLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/sessions/live")] HttpRequest request) =>
        lists.ListLive(request);

    /// <inheritdoc cref="SessionListFunctions.Stats"/>
    [Function("LiveStream_WebinarSessionStats")]
    public Task<IResult> Stats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/sessions/stats")] HttpRequest request) =>
        lists.Stats(request);

    /// <inheritdoc cref="SessionListFunctions.ListOfRoom"/>
    [Function("LiveStream_WebinarListRoomSessions")]
    public Task<IResult> ListOfRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/rooms/{id}/sessions")]
        HttpRequest request) =>
        lists.ListOfRoom(request);

    /// <inheritdoc cref="SessionFunctions.Create"/>
    [Function("LiveStream_WebinarCreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/rooms/{id}/sessions")]
        HttpRequest request) =>
        sessions.Create(request);

    /// <inheritdoc cref="SessionFunctions.Fetch"/>
    [Function("LiveStream_WebinarFetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/sessions/{id:regex(^(?!live$|stats$))}")]
        HttpRequest request) =>
        sessions.Fetch(request);

    /// <inheritdoc cref="SessionFunctions.Delete"/>
    [Function("LiveStream_WebinarDeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webinar/sessions/{id}")]
        HttpRequest request) =>
        sessions.Delete(request);

    /// <inheritdoc cref="SessionFunctions.Reschedule"/>
    [Function("LiveStream_WebinarRescheduleSession")]
    public Task<IResult> Reschedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/sessions/{id}/reschedule")]
        HttpRequest request) =>
        sessions.Reschedule(request);

    /// <inheritdoc cref="SessionFunctions.UpdateSettings"/>
    [Function("LiveStream_WebinarUpdateSessionSettings")]
    public Task<IResult> UpdateSettings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/sessions/{id}/settings")]
        HttpRequest request) =>
        sessions.UpdateSettings(request);
}
