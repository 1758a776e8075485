using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Shows sessions, each with its room.</summary>
public sealed class SessionReplies(RoomDirectory rooms)
{
    /// <summary>The answer that shows one session.</summary>
    public async ValueTask<Answer> Show(Exchange exchange, Stored<LiveSession> session) => LiveStreamSurface
        .Reply(
            exchange, StatusCodes.Status200OK, await Resource(exchange, session),
            LiveStreamJson.Wire.EnvelopeSessionResource)
        .WithVersion(session.Version);

    /// <summary>The session on the wire.</summary>
    public async ValueTask<SessionResource> Resource(Exchange exchange, Stored<LiveSession> session) =>
        SessionResource.Of(
        session, await rooms.Find(session.Document.Partition, session.Body.RoomId, exchange.Aborted), exchange);

    /// <summary>The answer that shows a page of sessions.</summary>
    internal async ValueTask<IResult> Show(
        Exchange exchange, PageRequest page, long total, IReadOnlyList<Stored<LiveSession>> sessions)
    {
        var partition = Ids.Partition(exchange.Account);
        var found = await rooms.Find(partition, sessions.Select(session => session.Body.RoomId), exchange.Aborted);
        var resources = sessions.Select(session => SessionResource.Of(session, found[session.Body.RoomId], exchange));
        var list = new SessionList([.. resources], total, page.Page, page.Limit);
        return LiveStreamSurface.Reply(
            exchange, StatusCodes.Status200OK, list, LiveStreamJson.Wire.EnvelopeSessionList);
    }
}
