using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Sessions. Source: https://docs.tenbyte.io/api-reference/sessions</summary>
public sealed class SessionFunctions(
    LiveStreamSurface surface,
    SessionDocuments documents,
    SessionChanges changes,
    SessionReplies replies,
    IDocumentStore store)
{
    /// <summary>Creates a session in a room, scheduled.</summary>
    [Function("LiveStream_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rooms/{id}/sessions")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var wanted = NewSession.Read(await Fields.Read(exchange));
            var session = await Compose(exchange, wanted);
            var (document, beside) = documents.New(
                exchange, session, SessionRules.Schedule(wanted.ScheduledStartTime, exchange.Now));
            var created = await store.Create(
                document with { RequestHash = await exchange.RequestHash() }, beside, exchange.Aborted);
            var stored = documents.Open(created.Document, exchange.Now) ?? throw LiveStreamErrors.NotFound();
            var reply = new CreatedSession(await replies.Resource(exchange, stored));
            return LiveStreamSurface
                .Reply(exchange, StatusCodes.Status201Created, reply, LiveStreamJson.Wire.EnvelopeCreatedSession)
                .WithVersion(stored.Version);
        });

    /// <summary>Fetches a session. Public.</summary>
    [Function("LiveStream_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/{id:regex(^(?!live$|stats$))}")]
        HttpRequest request) =>
        surface.RunPublic(request, async exchange => await replies.Show(exchange, await changes.Find(exchange)));

    /// <summary>Deletes a session that is neither live nor starting.</summary>
    [Function("LiveStream_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "sessions/{id}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var name = SessionName.Of(exchange);
            await store.Change(name.Partition, name.Id, document =>
            {
                var session = documents.Open(document, exchange.Now) ?? throw LiveStreamErrors.NotFound();
                RequireChangeable(exchange, session);
                RequireLetGo(session);
                return new Change<Stored<LiveSession>>(SessionDocuments.Delete(session, exchange.Now), session);
            }, exchange.Aborted);
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, new Deleted(Ids.Read(exchange)),
                LiveStreamJson.Wire.EnvelopeDeleted);
        });

    /// <summary>Moves a scheduled session to another time.</summary>
    [Function("LiveStream_RescheduleSession")]
    public Task<IResult> Reschedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "sessions/{id}/reschedule")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var start = RescheduleFields.Read(await Fields.Read(exchange));
            return await Change(exchange, session => session.Reschedule(start, exchange.Now));
        });

    /// <summary>Changes what the session has instead of its preset.</summary>
    [Function("LiveStream_UpdateSessionSettings")]
    public Task<IResult> UpdateSettings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "sessions/{id}/settings")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var fields = await Fields.Read(exchange);
            return await Change(
                exchange, session => session.Set(SettingsFields.Apply(session.Body, fields), exchange.Now));
        });

    private async ValueTask<LiveSession> Compose(Exchange exchange, NewSession wanted)
    {
        var (partition, roomId) = (Ids.Partition(exchange.Account), Ids.Read(exchange));
        exchange.Caller.RequireHost();
        var read = await store.Read(partition, roomId.Text(), exchange.Aborted);
        var room = RoomDocuments.Kind.Open(read.OrNull()) ?? throw LiveStreamErrors.NotFound();
        exchange.Caller.RequireOwner(room.Body.Host.Id);
        var preset = PresetDocuments.Kind.Open(
            (await store.Read(partition, wanted.PresetId.Text(), exchange.Aborted)).OrNull())
            ?? throw LiveStreamErrors.Invalid([new("preset_id", "validation_exists", "There is no such preset.")]);
        return new()
        {
            RoomId = roomId,
            HostId = room.Body.Host.Id,
            Preset = PresetDocuments.Copy(preset),
            Title = wanted.Title,
            Description = wanted.Description,
            Mode = wanted.Mode ?? (preset.Body.Type == SessionMode.Rtmp ? SessionMode.Rtmp : SessionMode.Webcam),
            ScheduledStartTime = wanted.ScheduledStartTime,
        };
    }

    private async ValueTask<IResult> Change(Exchange exchange, Func<Stored<LiveSession>, Stored<LiveSession>> decide)
    {
        var changed = await changes.Change(SessionName.Of(exchange), exchange.Now, session =>
        {
            RequireChangeable(exchange, session);
            return decide(session);
        }, exchange.Aborted);
        return await replies.Show(exchange, changed);
    }

    private static void RequireChangeable(Exchange exchange, Stored<LiveSession> session)
    {
        exchange.Caller.RequireOwner(session.Body.HostId);
        exchange.Request.RequireMatch(session.Version);
    }

    private static void RequireLetGo(Stored<LiveSession> session)
    {
        if (session.IsLive())
        {
            throw LiveStreamErrors.RoomIsLive();
        }

        if (session.Body.Starting is not null || session.Body.Leftovers is not null)
        {
            throw LiveStreamErrors.StillTidying();
        }
    }
}
