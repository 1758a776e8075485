using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Lists of sessions. Source: https://docs.tenbyte.io/api-reference/sessions</summary>
public sealed class SessionListFunctions(
    LiveStreamSurface surface,
    LiveSessionKind sessions,
    LiveStreamReader reader,
    SessionReplies replies,
    IDocumentStore store)
{
    /// <summary>Lists the account's sessions, newest first. Public.</summary>
    [Function("LiveStream_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions")] HttpRequest request) =>
        surface.RunPublic(request, LiveStreamScopes.ReadSessions, exchange => Page(exchange, status: null));

    /// <summary>Lists the sessions that are live. Public.</summary>
    [Function("LiveStream_ListLiveSessions")]
    public Task<IResult> ListLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions/live")] HttpRequest request) =>
        surface.RunPublic(request, LiveStreamScopes.ReadSessions, exchange => Page(exchange, SessionStatus.Live));

    /// <summary>Counts the account's sessions.</summary>
    [Function("LiveStream_SessionStats")]
    public Task<IResult> Stats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions/stats")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadSessions, async exchange =>
        {
            string?[] statuses = [null, SessionStatus.Live, SessionStatus.Scheduled, SessionStatus.Ended];
            var counts = await Task.WhenAll(statuses.Select(status => Count(exchange, status)));
            var stats = new Stats(counts[0], counts[1], counts[2], counts[3]);
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, stats, LiveStreamJson.Wire.EnvelopeStats);
        });

    /// <summary>Lists the sessions of a room, newest first, for its host.</summary>
    [Function("LiveStream_ListRoomSessions")]
    public Task<IResult> ListOfRoom(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "rooms/{id}/sessions")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadSessions, async exchange =>
        {
            var wanted = PageRequest.Read(exchange);
            var room = (await reader.Room(exchange, exchange.Now)).OwnedBy(exchange.Caller);
            var entries = new RoomEntryKind(Guid.ParseExact(room.Id, "D"));
            var page = await store.ReadPage(exchange, entries, wanted);
            var found = await Task.WhenAll(page.Items.Select(async entry => await reader.Find(
                exchange, sessions, RoomEntryKind.SessionOf(entry.Id), exchange.Now)));
            return await replies.Show(exchange, wanted, page.Total, [.. found.OfType<State<LiveSession>>()]);
        });

    private async ValueTask<IResult> Page(Exchange exchange, string? status)
    {
        var wanted = PageRequest.Read(exchange);
        var page = await store.ReadPage(exchange, sessions, wanted, status);
        return await replies.Show(exchange, wanted, page.Total, page.Items);
    }

    private async Task<long> Count(Exchange exchange, string? status)
    {
        // A live or ended session is due for other reasons than that it has expired.
        var query = new CountQuery(Ids.Partition(exchange.Account), sessions.Name)
        {
            Index = status,
            WithDue = status is not SessionStatus.Scheduled,
        };
        return (await store.Count(query, exchange.Aborted)).OrNull()!.Value;
    }
}
