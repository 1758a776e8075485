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
        surface.RunPublic(request, call => Page(call, status: null));

    /// <summary>Lists the sessions that are live. Public.</summary>
    [Function("LiveStream_ListLiveSessions")]
    public Task<IResult> ListLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/live")] HttpRequest request) =>
        surface.RunPublic(request, call => Page(call, SessionStatus.Live));

    /// <summary>Counts the account's sessions.</summary>
    [Function("LiveStream_SessionStats")]
    public Task<IResult> Stats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/stats")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            string?[] statuses = [null, SessionStatus.Live, SessionStatus.Scheduled, SessionStatus.Ended];
            var counts = await Task.WhenAll(statuses.Select(status => Count(call, status)));
            var stats = new Stats(counts[0], counts[1], counts[2], counts[3]);
            return LiveStreamSurface.Reply(call, StatusCodes.Status200OK, stats, LiveStreamJson.Wire.EnvelopeStats);
        });

    /// <summary>Lists the sessions of a room, newest first, for its host.</summary>
    [Function("LiveStream_ListRoomSessions")]
    public Task<IResult> ListOfRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rooms/{id}/sessions")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var wanted = PageRequest.Read(call.Request.Query);
            var (partition, id) = (Ids.Partition(call.Account), Ids.Read(call));
            var room = RoomDocuments.Kind.Open((await store.Read(partition, id.Text(), call.Aborted)).OrNull());
            call.Caller.RequireOwner((room ?? throw LiveStreamErrors.NotFound()).Body.Host.Id);
            var page = await store.ReadPage(new(partition, RoomIndex.KindOf(id), 1), wanted, call.Aborted);
            var sessions = await Task.WhenAll(page.Documents.Select(async entry =>
                (await store.Read(partition, RoomIndex.SessionOf(entry), call.Aborted)).OrNull()));
            return await replies.Show(call, wanted, page.Total, Open(call, sessions));
        });

    private async ValueTask<IResult> Page(Call call, string? status)
    {
        var wanted = PageRequest.Read(call.Request.Query);
        var list = new ListQuery(Ids.Partition(call.Account), SessionDocuments.KindName, 1) { Status = status };
        var page = await store.ReadPage(list, wanted, call.Aborted);
        return await replies.Show(call, wanted, page.Total, Open(call, page.Documents));
    }

    private List<Stored<LiveSession>> Open(Call call, IEnumerable<Document?> found) =>
        [.. found.Select(document => documents.Open(document, call.Now)).OfType<Stored<LiveSession>>()];

    private async Task<long> Count(Call call, string? status)
    {
        // A live or ended session is due for other reasons than that it has expired.
        var query = new CountQuery(Ids.Partition(call.Account), SessionDocuments.KindName)
        {
            Status = status,
            WithDue = status is not SessionStatus.Scheduled,
        };
        return (await store.Count(query, call.Aborted)).OrNull()!.Value;
    }
}
