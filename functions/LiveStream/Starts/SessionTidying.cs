using Microsoft.Extensions.Logging;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Takes back from LiveKit what a session should not have there, after a start that failed and after its end. What
/// cannot be done now is left to the timer: the session carries a note.
/// </summary>
public sealed partial class SessionTidying(
    SessionChanges changes, ILiveKit liveKit, TimeProvider time, ILogger<SessionTidying> log)
{
    /// <summary>After a failed start: the session is as before, and its room is free.</summary>
    internal async ValueTask GiveUp(SessionName name, Guid lease, LiveKitException failure)
    {
        var tidied = await Try(name.Id, keep: null);
        var now = time.GetUtcNow();

        // What was not answered may still happen after the tidying: it is looked for again.
        var leftovers = tidied && failure.Kind == LiveKitFailure.Refused
            ? null
            : new Leftovers(now + LeftoverRules.FirstPause, now);
        await changes.ChangeWithRoom(
            name,
            now,
            (session, room) => session.Body.Starting?.Id == lease
                ? new(session.GiveUpStart(leftovers, now), RoomDocuments.Release(room, name.Id, now))
                : new(session, []),
            CancellationToken.None);
    }

    /// <summary>After the end of a session.</summary>
    internal async ValueTask<Stored<LiveSession>> AfterEnd(SessionName name, Stored<LiveSession> ended)
    {
        if (ended.Body.Leftovers is null || !await Try(name.Id, keep: null))
        {
            return ended;
        }

        return await changes.Change(
            name, time.GetUtcNow(), session => session.With(session.Body with { Leftovers = null }),
            CancellationToken.None);
    }

    /// <summary>Tidies, and tells whether LiveKit has done it.</summary>
    internal async ValueTask<bool> Try(string room, string? keep)
    {
        try
        {
            await liveKit.Tidy(room, keep, CancellationToken.None);
            return true;
        }
        catch (LiveKitException failure)
        {
            LogFailure(room, failure.Code);
            return false;
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "LiveKit did not tidy up {Room}, which is tried again: {Code}")]
    private partial void LogFailure(string room, string code);
}
