using Microsoft.Extensions.Logging;
using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>
/// Takes back from LiveKit what a session should not have there. What cannot be done now is left to the timer: the
/// session carries a note.
/// </summary>
public sealed partial class SessionTidying(
    Changes changes, ILiveKit liveKit, TimeProvider time, ILogger<SessionTidying> log)
{
    /// <summary>After the end of a session. One that has not ended is left alone: it needs what it has there.</summary>
    internal async ValueTask<State<LiveSession>> AfterEnd(State<LiveSession> session)
    {
        if (session.Lifetime.Open || session.Body.Leftovers is null || !await Try(session.Id, keep: null))
        {
            return session;
        }

        var place = session.Kind.At(session.Partition, session.Id);
        return await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, _) =>
        {
            var ended = found ?? throw LiveStreamErrors.NotFound();
            return Decision.To(ended with { Body = ended.Body with { Leftovers = null } });
        });
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
