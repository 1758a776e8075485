using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Rooms. Source: https://docs.tenbyte.io/api-reference/rooms</summary>
public sealed class RoomFunctions(
    LiveStreamSurface surface,
    RoomKind rooms,
    RemovedRoomKind removed,
    LiveStreamReader reader,
    Changes changes,
    IDocumentStore store,
    AccountTags tags)
{
    private static readonly LiveStreamJson _wire = LiveStreamJson.Default;

    /// <summary>Lists the account's rooms, newest first. Public.</summary>
    [Function("LiveStream_ListRooms")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "rooms")] HttpRequest request) =>
        surface.RunPublic(request, LiveStreamScopes.ReadRooms, exchange => Page(exchange, host: null));

    /// <summary>Lists the caller's own rooms, newest first.</summary>
    [Function("LiveStream_ListMyRooms")]
    public Task<IResult> ListMine(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "rooms/my")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadRooms, exchange => Page(exchange, exchange.Caller.Id()));

    /// <summary>Creates a room, which is the caller's.</summary>
    [Function("LiveStream_CreateRoom")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rooms")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteRooms, async exchange =>
        {
            exchange.Caller.RequireHost();
            var room = RoomFields.Create(await Fields.Read(exchange), exchange.Caller);
            var partition = Ids.Partition(exchange.Account);
            var made = await changes.Create(
                await exchange.Command(),
                rooms,
                partition,
                now => Decision.To(
                    rooms.New(exchange.Account.Id, partition, tags.New(exchange.Account, now), room, now)),
                create => create.WithMadeBefore(store, exchange, "room"));
            var resource = new CreatedRoom(
                RoomResource.Of(made, exchange.Caller, tags.OwnOf(exchange.Account)));
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status201Created, resource, _wire.EnvelopeCreatedRoom)
                .WithVersion(made.Version);
        });

    /// <summary>Fetches a room. Public.</summary>
    [Function("LiveStream_FetchRoom")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "rooms/{id:regex(^(?!my$))}")]
        HttpRequest request) =>
        surface.RunPublic(
            request,
            LiveStreamScopes.ReadRooms,
            async exchange => Show(exchange, await reader.Room(exchange, exchange.Now)));

    /// <summary>Changes what the body names of a room.</summary>
    [Function("LiveStream_UpdateRoom")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "rooms/{id}")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteRooms, async exchange =>
        {
            var fields = await Fields.Read(exchange);
            var place = PlaceOf(exchange);
            exchange.Caller.RequireHost();
            return Show(exchange, await changes.Change(await exchange.Command(), place, (found, now) =>
            {
                var room = found.OwnedBy(exchange.Caller);
                return Decision.To(room.To(RoomFields.Update(room.Body, fields), now));
            }));
        });

    /// <summary>Deletes a room, and in the minute after it the sessions of it.</summary>
    [Function("LiveStream_DeleteRoom")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "rooms/{id}")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteRooms, async exchange =>
        {
            var place = PlaceOf(exchange);
            exchange.Caller.RequireHost();
            await changes.Remove(await exchange.Command(), place, (found, now) =>
            {
                var room = found.OwnedBy(exchange.Caller);
                return room.Body.ActiveSessionId is null
                    ? Decision.Remove(room).And(removed.Of(room, now))
                    : throw LiveStreamErrors.RoomIsLive();
            });
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, new Deleted(Ids.Read(exchange)), _wire.EnvelopeDeleted);
        });

    private Place<Room> PlaceOf(Exchange exchange) =>
        rooms.At(Ids.Partition(exchange.Account), Ids.Read(exchange).Text());

    private async ValueTask<IResult> Page(Exchange exchange, Guid? host)
    {
        var wanted = PageRequest.Read(exchange);
        var page = await store.ReadPage(exchange, rooms, wanted, host?.Text());
        var resources = page.Items.Select(room => Resource(exchange, room));
        var data = new RoomList([.. resources], page.Total, wanted.Page, wanted.Limit);
        return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, data, _wire.EnvelopeRoomList);
    }

    private Answer Show(Exchange exchange, State<Room> room) => LiveStreamSurface
        .Reply(exchange, StatusCodes.Status200OK, Resource(exchange, room), _wire.EnvelopeRoomResource)
        .WithVersion(room.Version);

    private RoomResource Resource(Exchange exchange, State<Room> room) =>
        RoomResource.Of(room, exchange.Caller, tags.OwnOf(exchange.Account)).To(exchange.Caller, tags);
}
