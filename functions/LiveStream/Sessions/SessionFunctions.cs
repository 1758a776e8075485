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
        surface.Run(request, async call =>
        {
            var wanted = NewSession.Read(await Fields.Read(call));
            var session = await Compose(call, wanted);
            var (document, beside) = documents.New(
                call, session, SessionRules.Schedule(wanted.ScheduledStartTime, call.Now));
            var created = await store.Create(
                document with { RequestHash = await call.RequestHash() }, beside, call.Aborted);
            var stored = documents.Open(created.Document, call.Now) ?? throw LiveStreamErrors.NotFound();
            var reply = new CreatedSession(await replies.Resource(call, stored));
            return LiveStreamSurface
                .Reply(call, StatusCodes.Status201Created, reply, LiveStreamJson.Wire.EnvelopeCreatedSession)
                .WithVersion(stored.Version);
        });

    /// <summary>Fetches a session. Public.</summary>
    [Function("LiveStream_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/{id:regex(^(?!live$|stats$))}")]
        HttpRequest request) =>
        surface.RunPublic(request, async call => await replies.Show(call, await changes.Find(call)));

    /// <summary>Deletes a session that is neither live nor starting.</summary>
    [Function("LiveStream_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "sessions/{id}")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var name = SessionName.Of(call);
            await store.Change(name.Partition, name.Id, document =>
            {
                var session = documents.Open(document, call.Now) ?? throw LiveStreamErrors.NotFound();
                RequireChangeable(call, session);
                RequireLetGo(session);
                return new Change<Stored<LiveSession>>(SessionDocuments.Delete(session, call.Now), session);
            }, call.Aborted);
            return LiveStreamSurface.Reply(
                call, StatusCodes.Status200OK, new Deleted(Ids.Read(call)), LiveStreamJson.Wire.EnvelopeDeleted);
        });

    /// <summary>Moves a scheduled session to another time.</summary>
    [Function("LiveStream_RescheduleSession")]
    public Task<IResult> Reschedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "sessions/{id}/reschedule")]
        HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var start = RescheduleFields.Read(await Fields.Read(call));
            return await Change(call, session => session.Reschedule(start, call.Now));
        });

    /// <summary>Changes what the session has instead of its preset.</summary>
    [Function("LiveStream_UpdateSessionSettings")]
    public Task<IResult> UpdateSettings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "sessions/{id}/settings")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var fields = await Fields.Read(call);
            return await Change(call, session => session.Set(SettingsFields.Apply(session.Body, fields), call.Now));
        });

    private async ValueTask<LiveSession> Compose(Call call, NewSession wanted)
    {
        var (partition, roomId) = (Ids.Partition(call.Account), Ids.Read(call));
        call.Caller.RequireHost();
        var read = await store.Read(partition, roomId.Text(), call.Aborted);
        var room = RoomDocuments.Kind.Open(read.OrNull()) ?? throw LiveStreamErrors.NotFound();
        call.Caller.RequireOwner(room.Body.Host.Id);
        var preset = PresetDocuments.Kind.Open(
            (await store.Read(partition, wanted.PresetId.Text(), call.Aborted)).OrNull())
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

    private async ValueTask<IResult> Change(Call call, Func<Stored<LiveSession>, Stored<LiveSession>> decide)
    {
        var changed = await changes.Change(SessionName.Of(call), call.Now, session =>
        {
            RequireChangeable(call, session);
            return decide(session);
        }, call.Aborted);
        return await replies.Show(call, changed);
    }

    private static void RequireChangeable(Call call, Stored<LiveSession> session)
    {
        call.Caller.RequireOwner(session.Body.HostId);
        call.Request.RequireMatch(session.Version);
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
