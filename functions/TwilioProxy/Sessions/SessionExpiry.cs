using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Makes the end of a Session durable once its time has come, and frees its claims.</summary>
public sealed class SessionExpiry(SessionDocuments sessions) : IDueHandler
{
    /// <inheritdoc/>
    public string Kind => sessions.Kind.Name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(sessions.WhenExpired(document, now));
}
