using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Sessions. Source: https://docs.tenbyte.io/api-reference/sessions</summary>
public sealed class SessionFunctions(
    LiveStreamSurface surface,
    LiveSessionKind sessions,
    RoomKind rooms,
    PresetKind presets,
    LiveStreamReader reader,
    SessionReplies replies,
    EarlyIngress ingresses,
    RemovedSessionKind removed,
    Admissions admissions,
    TimeProvider time,
    Changes changes,
    IDocumentStore store,
    AccountTags tags)
{
    /// <summary>Creates a session in a room, scheduled.</summary>
    [Function("LiveStream_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rooms/{id}/sessions")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, async exchange =>
        {
            var wanted = NewSession.Read(await Fields.Read(exchange));
            var claim = ingresses.Claim();
            var create = new Subject<State<LiveSession>, LiveSession>(
                sessions,
                Ids.Partition(exchange.Account),
                async now => await ingresses.Prepare(exchange, await Compose(exchange, wanted, now), claim, now));
            var made = await changes.Change(
                await exchange.Command(),
                create.WithMadeBefore(store, exchange, "session"),
                (session, _) => Decision.To(session));
            var ingress = await ingresses.For(exchange, made, claim);
            var reply = new CreatedSession(
                await replies.Resource(exchange, made), ingress?.Url, ingress?.StreamKey);
            return LiveStreamSurface
                .Reply(exchange, StatusCodes.Status201Created, reply, LiveStreamJson.Default.EnvelopeCreatedSession)
                .WithVersion(made.Version);
        });

    /// <summary>Fetches a session. Public.</summary>
    [Function("LiveStream_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sessions/{id:regex(^(?!live$|stats$))}")]
        HttpRequest request) =>
        surface.RunPublic(
            request,
            LiveStreamScopes.ReadSessions,
            async exchange => await replies.Show(exchange, await reader.Session(exchange, exchange.Now)));

    /// <summary>
    /// Deletes a session that is neither live nor starting. What LiveKit may still hold of it is the timer's.
    /// </summary>
    [Function("LiveStream_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "sessions/{id}")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, async exchange =>
        {
            await changes.Remove(await exchange.Command(), sessions.Of(exchange), (found, now) =>
            {
                var session = found.OwnedBy(exchange.Caller);
                session.RequireLetGo(now);
                var gone = Decision.Remove(session);
                return session.HeldUntil() > now ? gone.And(removed.Of(session, now)) : gone;
            });
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, new Deleted(Ids.Read(exchange)),
                LiveStreamJson.Default.EnvelopeDeleted);
        });

    /// <summary>Moves a scheduled session to another time.</summary>
    [Function("LiveStream_RescheduleSession")]
    public Task<IResult> Reschedule(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "sessions/{id}/reschedule")]
        HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, async exchange =>
        {
            var start = RescheduleFields.Read(await Fields.Read(exchange));
            return await replies.Show(exchange, await changes.Change(
                await exchange.Command(), sessions.Of(exchange), (found, now) =>
                    Decision.To(found.OwnedBy(exchange.Caller).Reschedule(start, now))));
        });

    /// <summary>Changes what the session has instead of its preset.</summary>
    [Function("LiveStream_UpdateSessionSettings")]
    public Task<IResult> UpdateSettings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "sessions/{id}/settings")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WriteSessions, async exchange =>
        {
            var fields = await Fields.Read(exchange);
            var set = await changes.Change(await exchange.Command(), sessions.Of(exchange), (found, now) =>
            {
                var session = found.OwnedBy(exchange.Caller);
                return Decision.To(session.Set(SettingsFields.Apply(session.Body, fields), now));
            });
            using var patience = new LiveKitPatience(time);
            return await replies.Show(exchange, await admissions.Tell(set, patience));
        });

    // What a new session takes over from its room and its preset; later changes of these do not reach it. Both seldom
    // change, and a room that another process has just deleted takes along what is made in it for a minute.
    private async ValueTask<State<LiveSession>> Compose(Exchange exchange, NewSession wanted, DateTimeOffset now)
    {
        var roomId = Ids.Read(exchange);
        exchange.Caller.RequireHost();
        var room = (await reader.FindRecent(exchange, rooms, roomId)).OwnedBy(exchange.Caller);
        var preset = await reader.FindRecent(exchange, presets, wanted.PresetId)
            ?? throw LiveStreamErrors.Invalid([new("preset_id", "validation_exists", "There is no such preset.")]);
        var session = new LiveSession
        {
            RoomId = roomId,
            HostId = room.Body.Host.Id,
            Preset = PresetKind.Copy(preset),
            Title = wanted.Title,
            Description = wanted.Description,
            Mode = wanted.Mode ?? (preset.Body.Type == SessionMode.Rtmp ? SessionMode.Rtmp : SessionMode.Webcam),
            ScheduledStartTime = wanted.ScheduledStartTime,
        };
        return sessions.New(
            exchange.Account.Id,
            Ids.Partition(exchange.Account),
            tags.New(exchange.Account, now),
            session,
            SessionRules.Schedule(wanted.ScheduledStartTime, now));
    }
}

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
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, stats, LiveStreamJson.Default.EnvelopeStats);
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
            var page = await store.ReadNames(exchange, entries, wanted);
            string[] ids = [.. page.Items.Select(entry => RoomEntryKind.SessionOf(entry.Id))];
            var found = (await store.Read(room.Partition, ids, exchange.Aborted)).OrNull()!;
            var together = new SessionsTogether(sessions, exchange.Now);
            return await replies.Show(
                exchange, wanted, page.Total, [.. found.Select(together.Open).OfType<State<LiveSession>>()]);
        });

    private async ValueTask<IResult> Page(Exchange exchange, string? status)
    {
        var wanted = PageRequest.Read(exchange);
        var together = new SessionsTogether(sessions, exchange.Now);
        var page = await store.ReadPage(exchange, sessions, wanted, status, together.Open);
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
