using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.LiveStream;

/// <summary>
/// Rooms under <c>/v1/webinar</c>, the path of TenByte's own server. A
/// function has one route, so there are two of each.
/// </summary>
public sealed class WebinarRooms(RoomFunctions rooms)
{
    /// <inheritdoc cref="RoomFunctions.List"/>
    [Function("LiveStream_WebinarListRooms")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/rooms")] HttpRequest request) =>
        rooms.List(request);

    /// <inheritdoc cref="RoomFunctions.ListMine"/>
    [Function("LiveStream_WebinarListMyRooms")]
    public Task<IResult> ListMine(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/rooms/my")] HttpRequest request) =>
        rooms.ListMine(request);

    /// <inheritdoc cref="RoomFunctions.Create"/>
    [Function("LiveStream_WebinarCreateRoom")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/rooms")] HttpRequest request) =>
        rooms.Create(request);

    /// <inheritdoc cref="RoomFunctions.Fetch"/>
    [Function("LiveStream_WebinarFetchRoom")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/rooms/{id:regex(^(?!my$))}")]
        HttpRequest request) =>
        rooms.Fetch(request);

    /// <inheritdoc cref="RoomFunctions.Update"/>
    [Function("LiveStream_WebinarUpdateRoom")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/rooms/{id}")] HttpRequest request) =>
        rooms.Update(request);

    /// <inheritdoc cref="RoomFunctions.Delete"/>
    [Function("LiveStream_WebinarDeleteRoom")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webinar/rooms/{id}")] HttpRequest request) =>
        rooms.Delete(request);
}
