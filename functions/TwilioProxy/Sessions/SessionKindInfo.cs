using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Sessions as the operator sees and closes them: as a client would with <c>Status=closed</c>.</summary>
public sealed class SessionKindInfo(SessionDocuments sessions) : ISessionKindInfo
{
    /// <inheritdoc/>
    public string Kind => sessions.Kind.Name;

    /// <inheritdoc/>
    public string Surface => "TwilioProxy";

    /// <inheritdoc/>
    public ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(sessions.Kind.Open(document, now)!.Document.Lifetime);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> Close(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = sessions.Kind.Open(document, now)!;
        var lifetime = session.Document.Lifetime.Close(SessionStatus.Closed, CloseReasons.Api, now);
        IReadOnlyList<Write> writes = session.Document.Lifetime.Open
            ? sessions.Replace(document, sessions.Kind.Seal(session.Document, lifetime, session.Body, now))
            : [];
        return ValueTask.FromResult(writes);
    }
}
