using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Sessions as the operator sees and closes them: the end is an event that all members are told of.</summary>
public sealed class SessionKindInfo(EventWriter writer, SessionReader reader, SessionDocuments sessions)
    : ISessionKindInfo
{
    /// <inheritdoc/>
    public string Kind => sessions.Kind.Name;

    /// <inheritdoc/>
    public string Surface => "Conversation";

    /// <inheritdoc/>
    public async ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation) =>
        (await reader.Now(document, now, cancellation))!.Document.Lifetime;

    /// <summary>
    /// Writes the end in the session's log, which decides, and gives the write that makes the head follow. Should the
    /// process die in between, the timer makes it follow.
    /// </summary>
    public async ValueTask<IReadOnlyList<Write>> Close(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var head = reader.Raw(document)!;
        if (!head.Document.Lifetime.Open)
        {
            return [];
        }

        await writer.Append(document.Partition, document.Id, new(now, EndByOperator), cancellation);
        var log = await reader.ReadLog(SessionDocuments.PartitionOf(head), cancellation);
        return [new Write.Replace(sessions.Seal(SessionReader.At(head, log!, now), now))];

        Step EndByOperator(Standing standing) => standing.Session.Document.Lifetime.Open
            ? new(new SessionEvent(EventTypes.Ended, now) { Reason = CloseReasons.Api })
            : SessionExpiry.EndWhenExpired(standing);
    }
}
