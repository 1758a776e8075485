using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Lists of sessions. Source: https://docs.tenbyte.io/api-reference/sessions</summary>
public sealed class SessionListFunctions(
    LiveStreamSurface surface, SessionDocuments documents, SessionReplies replies, IDocumentStore store)
{
    /// <summary>Lists the account's sessions, newest first. Public.</summary>
    [Function("LiveStream_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions")] HttpRequest request) =>
        surface.RunPublic(request, exchange => Page(exchange, status: null));

    /// <summary>Lists the sessions that are live. Public.</summary>
    [Function("LiveStream_ListLiveSessions")]
    public Task<IResult> ListLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/live")] HttpRequest request) =>
        surface.RunPublic(request, exchange => Page(exchange, SessionStatus.Live));

    /// <summary>Counts the account's sessions.</summary>
    [Function("LiveStream_SessionStats")]
    public Task<IResult> Stats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/stats")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            string?[] statuses = [null, SessionStatus.Live, SessionStatus.Scheduled, SessionStatus.Ended];
            var counts = await Task.WhenAll(statuses.Select(status => Count(exchange, status)));
            var stats = new Stats(counts[0], counts[1], counts[2], counts[3]);
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, stats, LiveStreamJson.Wire.EnvelopeStats);
        });

    /// <summary>Lists the sessions of a room, newest first, for its host.</summary>
    [Function("LiveStream_ListRoomSessions")]
    public Task<IResult> ListOfRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms/{id}/sessions")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var wanted = PageRequest.Read(exchange.Request.Query);
            var (partition, id) = (Ids.Partition(exchange.Account), Ids.Read(exchange));
            var room = RoomDocuments.Kind.Open((await store.Read(partition, id.Text(), exchange.Aborted)).OrNull());
            exchange.Caller.RequireOwner((room ?? throw LiveStreamErrors.NotFound()).Body.Host.Id);
            var page = await store.ReadPage(new(partition, RoomIndex.KindOf(id), 1), wanted, exchange.Aborted);
            var sessions = await Task.WhenAll(page.Documents.Select(async entry =>
                (await store.Read(partition, RoomIndex.SessionOf(entry), exchange.Aborted)).OrNull()));
            return await replies.Show(exchange, wanted, page.Total, Open(exchange, sessions));
        });

    private async ValueTask<IResult> Page(Exchange exchange, string? status)
    {
        var wanted = PageRequest.Read(exchange.Request.Query);
        var list = new ListQuery(Ids.Partition(exchange.Account), SessionDocuments.KindName, 1) { Status = status };
        var page = await store.ReadPage(list, wanted, exchange.Aborted);
        return await replies.Show(exchange, wanted, page.Total, Open(exchange, page.Documents));
    }

    private List<Stored<LiveSession>> Open(Exchange exchange, IEnumerable<Document?> found) =>
        [.. found.Select(document => documents.Open(document, exchange.Now)).OfType<Stored<LiveSession>>()];

    private async Task<long> Count(Exchange exchange, string? status)
    {
        // A live or ended session is due for other reasons than that it has expired.
        var query = new CountQuery(Ids.Partition(exchange.Account), SessionDocuments.KindName)
        {
            Status = status,
            WithDue = status is not SessionStatus.Scheduled,
        };
        return (await store.Count(query, exchange.Aborted)).OrNull()!.Value;
    }
}
