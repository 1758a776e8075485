using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Rooms. Source: https://docs.tenbyte.io/api-reference/rooms</summary>
public sealed class RoomFunctions(LiveStreamSurface surface, RoomDirectory rooms, IDocumentStore store)
{
    private static readonly LiveStreamJson _wire = LiveStreamJson.Wire;

    /// <summary>Lists the account's rooms, newest first. Public.</summary>
    [Function("LiveStream_ListRooms")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms")] HttpRequest request) =>
        surface.RunPublic(request, call => Page(call, ListOf(call)));

    /// <summary>Lists the caller's own rooms, newest first.</summary>
    [Function("LiveStream_ListMyRooms")]
    public Task<IResult> ListMine(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms/my")] HttpRequest request) =>
        surface.Run(request, call => Page(call, ListOf(call) with { Status = call.Caller.Id().Text() }));

    /// <summary>Creates a room, which is the caller's.</summary>
    [Function("LiveStream_CreateRoom")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rooms")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            call.Caller.RequireHost();
            var room = RoomFields.Create(await Fields.Read(call), call.Caller);
            var document = RoomDocuments.New(call, room) with { RequestHash = await call.RequestHash() };
            var created = await store.Create(document, [], call.Aborted);
            var stored = RoomDocuments.Kind.Open(created.Document) ?? throw LiveStreamErrors.NotFound();
            var resource = new CreatedRoom(RoomResource.Of(stored, call.Caller));
            return LiveStreamSurface.Reply(call, StatusCodes.Status201Created, resource, _wire.EnvelopeCreatedRoom)
                .WithVersion(stored.Version);
        });

    /// <summary>Fetches a room. Public.</summary>
    [Function("LiveStream_FetchRoom")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms/{id:regex(^(?!my$))}")] HttpRequest request) =>
        surface.RunPublic(request, async call =>
        {
            var read = await store.Read(Ids.Partition(call.Account), Ids.Read(call).Text(), call.Aborted);
            return Show(call, RoomDocuments.Kind.Open(read.OrNull()) ?? throw LiveStreamErrors.NotFound());
        });

    /// <summary>Changes what the body names of a room.</summary>
    [Function("LiveStream_UpdateRoom")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "rooms/{id}")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var fields = await Fields.Read(call);
            var changed = await Change(call, room =>
            {
                var document = room.Document.With(RoomFields.Update(room.Body, fields), call.Now);
                return new([new Write.Replace(document)], document);
            });
            var updated = changed.Value with { ETag = changed.Commit.ETags[0] };
            return Show(call, RoomDocuments.Kind.Open(updated)!);
        });

    /// <summary>Deletes a room, and in the minute after it the sessions of it.</summary>
    [Function("LiveStream_DeleteRoom")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "rooms/{id}")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await Change(call, room => room.Body.ActiveSessionId is null
                ? new(RemovedRooms.WritesFor(room.Document, call.Now), room.Document)
                : throw LiveStreamErrors.RoomIsLive());
            return LiveStreamSurface.Reply(
                call, StatusCodes.Status200OK, new Deleted(Ids.Read(call)), _wire.EnvelopeDeleted);
        });

    private async ValueTask<Changed<Document>> Change(Call call, Func<Stored<Room>, Change<Document>> decide)
    {
        var id = Ids.Read(call);
        call.Caller.RequireHost();
        var changed = await store.Change(Ids.Partition(call.Account), id.Text(), document =>
        {
            var room = RoomDocuments.Kind.Open(document) ?? throw LiveStreamErrors.NotFound();
            call.Caller.RequireOwner(room.Body.Host.Id);
            call.Request.RequireMatch(room.Version);
            return decide(room);
        }, call.Aborted);
        rooms.Forget(Ids.Partition(call.Account), id);
        return changed;
    }

    private async ValueTask<IResult> Page(Call call, ListQuery list)
    {
        var request = PageRequest.Read(call.Request.Query);
        var page = await store.ReadPage(list, request, call.Aborted);
        var resources = page.Documents.Select(room => RoomResource.Of(RoomDocuments.Kind.Open(room)!, call.Caller));
        var data = new RoomList([.. resources], page.Total, request.Page, request.Limit);
        return LiveStreamSurface.Reply(call, StatusCodes.Status200OK, data, _wire.EnvelopeRoomList);
    }

    private static ListQuery ListOf(Call call) => new(Ids.Partition(call.Account), RoomDocuments.Kind.Name, 1);

    private static Answer Show(Call call, Stored<Room> room) => LiveStreamSurface
        .Reply(call, StatusCodes.Status200OK, RoomResource.Of(room, call.Caller), _wire.EnvelopeRoomResource)
        .WithVersion(room.Version);
}
