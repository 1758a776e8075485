using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Looks after the heads that are due: writes the end of an expired session, tells of an update whose process died
/// before it could, and notes the last activity, from which the next end follows.
/// </summary>
public sealed class SessionExpiry(EventWriter writer, SessionDocuments sessions) : IDueHandler
{
    /// <inheritdoc/>
    public string Kind => sessions.Kind.Name;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            var proposal = new Proposal(now, EndWhenExpired);
            var (session, _, _) = await writer.Append(document.Partition, document.Id, proposal, cancellation);
            return [new Write.Replace(sessions.Seal(session, now))];
        }
        catch (RefusedException)
        {
            // It was deleted since it was found due.
            return [];
        }
    }

    /// <summary>The rule: the end, when the time has come and nobody has written it.</summary>
    internal static Step EndWhenExpired(Standing standing) =>
        standing.Session.Document.Lifetime is { Open: false, EndedAt: { } at, ClosedReason: var reason }
            && standing.Log.Document.Lifetime.Open
                ? new(new SessionEvent(EventTypes.Ended, at) { Reason = reason })
                : Step.None;
}
