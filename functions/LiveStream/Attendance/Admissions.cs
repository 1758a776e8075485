using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// Carries changed settings to those who are in already: their tokens say what they could do when they came. What
/// LiveKit does not take now is the timer's to try again: the session carries a note.
/// </summary>
public sealed partial class Admissions(Changes changes, ILiveKit liveKit, TimeProvider time, ILogger<Admissions> log)
{
    private const int AtOnce = 8;

    /// <summary>Tells those who are in, if there is something to tell; gives the session as it is then.</summary>
    internal async ValueTask<State<LiveSession>> Tell(State<LiveSession> session, LiveKitPatience patience)
    {
        // Once more when the settings changed again meanwhile: of two who tell, the later must have the last word.
        for (var round = 0; round < 2 && session.IsLive() && session.Body.Untold is { } since; round++)
        {
            try
            {
                await patience.Within(ends => Tell(session, ends));
            }
            catch (LiveKitException failure)
            {
                LogFailure(session.Id, failure.Code);
                return session;
            }

            session = await Told(session, since);
        }

        return session;
    }

    private async ValueTask Tell(State<LiveSession> session, CancellationToken cancellation)
    {
        var inside = await liveKit.Participants(session.Id, cancellation);
        var atOnce = SideBySide.Options(AtOnce, cancellation);
        await Parallel.ForEachAsync(inside, atOnce, async (participant, ends) =>
        {
            if (Participants.AdmissionOf(participant, session.Body) is { } admission
                && admission != participant.Admission)
            {
                await liveKit.Admit(session.Id, participant.Identity, admission, ends);
            }
        });
    }

    private async ValueTask<State<LiveSession>> Told(State<LiveSession> session, DateTimeOffset since)
    {
        var place = session.Kind.At(session.Partition, session.Id);
        return await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, _) =>
            found is null ? Decision.Keep(session)
            : found.Body.Untold == since
                ? Decision.To(found with { Body = found.Body with { Untold = null } })
            : Decision.Keep(found));
    }

    [LoggerMessage(41, LogLevel.Warning, "LiveKit did not take the settings of {Room}, which is tried again: {Code}")]
    private partial void LogFailure(string room, string code);
}
