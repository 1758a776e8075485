using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Shows sessions, each with its room.</summary>
public sealed class SessionReplies(RoomDirectory rooms)
{
    /// <summary>The answer that shows one session.</summary>
    public async ValueTask<Answer> Show(Call call, Stored<LiveSession> session) => LiveStreamSurface
        .Reply(
            call, StatusCodes.Status200OK, await Resource(call, session), LiveStreamJson.Wire.EnvelopeSessionResource)
        .WithVersion(session.Version);

    /// <summary>The session on the wire.</summary>
    public async ValueTask<SessionResource> Resource(Call call, Stored<LiveSession> session) => SessionResource.Of(
        session, await rooms.Find(session.Document.Partition, session.Body.RoomId, call.Aborted), call);

    /// <summary>The answer that shows a page of sessions.</summary>
    internal async ValueTask<IResult> Show(
        Call call, PageRequest page, long total, IReadOnlyList<Stored<LiveSession>> sessions)
    {
        var partition = Ids.Partition(call.Account);
        var found = await rooms.Find(partition, sessions.Select(session => session.Body.RoomId), call.Aborted);
        var resources = sessions.Select(session => SessionResource.Of(session, found[session.Body.RoomId], call));
        var list = new SessionList([.. resources], total, page.Page, page.Limit);
        return LiveStreamSurface.Reply(call, StatusCodes.Status200OK, list, LiveStreamJson.Wire.EnvelopeSessionList);
    }
}
