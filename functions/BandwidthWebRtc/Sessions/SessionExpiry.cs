using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Makes the end of a session durable once its nine hours are over, and tells who was in it.</summary>
public sealed class SessionExpiry(BandwidthDocuments documents, Callbacks callbacks) : IDueHandler
{
    /// <inheritdoc/>
    public string Kind => documents.Sessions.Name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = documents.Sessions.Open(document, now)!;
        var lifetime = session.Document.Lifetime;
        if (lifetime.EndedAt is not { } end)
        {
            return ValueTask.FromResult<IReadOnlyList<Write>>([]);
        }

        var events = callbacks.Leaving(session, session.Body.Joined(), end, now);
        return ValueTask.FromResult<IReadOnlyList<Write>>(
        [
            new Write.Replace(documents.Sessions.Seal(session.Document, lifetime, session.Body, now)),
            .. events.Select(told => told.Write()),
        ]);
    }
}
