using Sessions.Engine;
using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>Reads what the path names, as it counts at a moment.</summary>
public sealed class LiveStreamReader(Reader reader, RoomKind rooms, LiveSessionKind sessions)
{
    /// <summary>The room of the path.</summary>
    /// <exception cref="RefusedException">The account has none of this id.</exception>
    public async ValueTask<State<Room>> Room(Exchange exchange, DateTimeOffset now) =>
        await Find(exchange, rooms, Ids.Read(exchange).Text(), now) ?? throw LiveStreamErrors.NotFound();

    /// <summary>The session of the path.</summary>
    /// <exception cref="RefusedException">The account has none of this id.</exception>
    public async ValueTask<State<LiveSession>> Session(Exchange exchange, DateTimeOffset now) =>
        await Find(exchange, sessions, Ids.Read(exchange).Text(), now) ?? throw LiveStreamErrors.NotFound();

    /// <summary>A thing of the account; null when it has none of this id.</summary>
    public ValueTask<State<T>?> Find<T>(Exchange exchange, Kind<T> kind, string id, DateTimeOffset now)
        where T : class =>
        reader.Find(kind, Ids.Partition(exchange.Account), id, now, exchange.Aborted);

    /// <summary>
    /// The rooms that these sessions show, each as it was at most some seconds ago, which keeps reading a session at
    /// one store call. What decides anything is read anew.
    /// </summary>
    internal async ValueTask<IReadOnlyDictionary<Guid, State<Room>?>> RoomsOf(
        Exchange exchange, IEnumerable<State<LiveSession>> shown)
    {
        var partition = Ids.Partition(exchange.Account);
        var reads = shown.Select(session => session.Body.RoomId).Distinct().Select(async id => (
            Id: id,
            Room: await reader.FindRecent(rooms, partition, id.Text(), exchange.Now, exchange.Aborted)));
        return (await Task.WhenAll(reads)).ToDictionary(found => found.Id, found => found.Room);
    }
}
