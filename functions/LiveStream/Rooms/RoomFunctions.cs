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
        surface.RunPublic(request, exchange => Page(exchange, ListOf(exchange)));

    /// <summary>Lists the caller's own rooms, newest first.</summary>
    [Function("LiveStream_ListMyRooms")]
    public Task<IResult> ListMine(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms/my")] HttpRequest request) =>
        surface.Run(
            request, exchange => Page(exchange, ListOf(exchange) with { Status = exchange.Caller.Id().Text() }));

    /// <summary>Creates a room, which is the caller's.</summary>
    [Function("LiveStream_CreateRoom")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rooms")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            exchange.Caller.RequireHost();
            var room = RoomFields.Create(await Fields.Read(exchange), exchange.Caller);
            var document = RoomDocuments.New(exchange, room) with { RequestHash = await exchange.RequestHash() };
            var created = await store.Create(document, [], exchange.Aborted);
            var stored = RoomDocuments.Kind.Open(created.Document) ?? throw LiveStreamErrors.NotFound();
            var resource = new CreatedRoom(RoomResource.Of(stored, exchange.Caller));
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status201Created, resource, _wire.EnvelopeCreatedRoom)
                .WithVersion(stored.Version);
        });

    /// <summary>Fetches a room. Public.</summary>
    [Function("LiveStream_FetchRoom")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms/{id:regex(^(?!my$))}")] HttpRequest request) =>
        surface.RunPublic(request, async exchange =>
        {
            var read = await store.Read(Ids.Partition(exchange.Account), Ids.Read(exchange).Text(), exchange.Aborted);
            return Show(exchange, RoomDocuments.Kind.Open(read.OrNull()) ?? throw LiveStreamErrors.NotFound());
        });

    /// <summary>Changes what the body names of a room.</summary>
    [Function("LiveStream_UpdateRoom")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "rooms/{id}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var fields = await Fields.Read(exchange);
            var changed = await Change(exchange, room =>
            {
                var document = room.Document.With(RoomFields.Update(room.Body, fields), exchange.Now);
                return new([new Write.Replace(document)], document);
            });
            var updated = changed.Value with { ETag = changed.Commit.ETags[0] };
            return Show(exchange, RoomDocuments.Kind.Open(updated)!);
        });

    /// <summary>Deletes a room, and in the minute after it the sessions of it.</summary>
    [Function("LiveStream_DeleteRoom")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "rooms/{id}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await Change(exchange, room => room.Body.ActiveSessionId is null
                ? new(RemovedRooms.WritesFor(room.Document, exchange.Now), room.Document)
                : throw LiveStreamErrors.RoomIsLive());
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, new Deleted(Ids.Read(exchange)), _wire.EnvelopeDeleted);
        });

    private async ValueTask<Changed<Document>> Change(Exchange exchange, Func<Stored<Room>, Change<Document>> decide)
    {
        var id = Ids.Read(exchange);
        exchange.Caller.RequireHost();
        var changed = await store.Change(Ids.Partition(exchange.Account), id.Text(), document =>
        {
            var room = RoomDocuments.Kind.Open(document) ?? throw LiveStreamErrors.NotFound();
            exchange.Caller.RequireOwner(room.Body.Host.Id);
            exchange.Request.RequireMatch(room.Version);
            return decide(room);
        }, exchange.Aborted);
        rooms.Forget(Ids.Partition(exchange.Account), id);
        return changed;
    }

    private async ValueTask<IResult> Page(Exchange exchange, ListQuery list)
    {
        var request = PageRequest.Read(exchange.Request.Query);
        var page = await store.ReadPage(list, request, exchange.Aborted);
        var resources = page.Documents.Select(room => RoomResource.Of(RoomDocuments.Kind.Open(room)!, exchange.Caller));
        var data = new RoomList([.. resources], page.Total, request.Page, request.Limit);
        return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, data, _wire.EnvelopeRoomList);
    }

    private static ListQuery ListOf(Exchange exchange) =>
        new(Ids.Partition(exchange.Account), RoomDocuments.Kind.Name, 1);

    private static Answer Show(Exchange exchange, Stored<Room> room) => LiveStreamSurface
        .Reply(exchange, StatusCodes.Status200OK, RoomResource.Of(room, exchange.Caller), _wire.EnvelopeRoomResource)
        .WithVersion(room.Version);
}
