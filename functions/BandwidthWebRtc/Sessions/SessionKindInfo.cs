using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Sessions as the operator sees and closes them: for clients one that was closed is as gone as one that was deleted.
/// </summary>
public sealed class SessionKindInfo(BandwidthDocuments documents, Callbacks callbacks) : ISessionKindInfo
{
    private const string Ended = "ended";

    /// <inheritdoc/>
    public string Kind => documents.Sessions.Name;

    /// <inheritdoc/>
    public string Surface => "BandwidthWebRtc";

    /// <inheritdoc/>
    public ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(documents.Sessions.Open(document, now)!.Document.Lifetime);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> Close(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        IReadOnlyList<Write> writes = documents.Live(document, now) is { } session ? End(session, now) : [];
        return ValueTask.FromResult(writes);
    }

    private IReadOnlyList<Write> End(Stored<WebRtcSession> session, DateTimeOffset now)
    {
        var moment = Moments.Of(now, session.Document);
        var lifetime = session.Document.Lifetime.Close(Ended, CloseReasons.Api, moment);
        var events = callbacks.Leaving(session, session.Body.Joined(), moment, moment);
        return
        [
            new Write.Replace(documents.Sessions.Seal(session.Document, lifetime, session.Body, moment)),
            .. events.Select(told => told.Write()),
        ];
    }
}
