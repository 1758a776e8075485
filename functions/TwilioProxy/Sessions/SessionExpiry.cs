using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Makes the end of a Session durable once its time has come.</summary>
public sealed class SessionExpiry(SessionDocuments sessions) : IDueHandler
{
    /// <inheritdoc/>
    public string Kind => sessions.Kind.Name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = sessions.Kind.Open(document, now)!;
        IReadOnlyList<Write> writes = session.Document.Lifetime.Open
            ? []
            : [new Write.Replace(sessions.Kind.Seal(session.Document, session.Document.Lifetime, session.Body, now))];
        return ValueTask.FromResult(writes);
    }
}
