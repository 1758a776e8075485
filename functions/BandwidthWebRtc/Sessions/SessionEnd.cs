using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Ends sessions: durably those whose nine hours are over, and those that the operator closes. Whoever is in one is
/// told that it left.
/// </summary>
public sealed class SessionEnd(BandwidthDocuments documents, Callbacks callbacks) : IDueHandler, ISessionKindInfo
{
    /// <inheritdoc cref="IDueHandler.Kind"/>
    public string Kind => documents.Sessions.Name;

    /// <inheritdoc/>
    public string Surface => "BandwidthWebRtc";

    /// <inheritdoc/>
    public ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(documents.Sessions.Open(document, now)!.Document.Lifetime);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = documents.Sessions.Open(document, now)!;
        var lifetime = session.Document.Lifetime;
        return ValueTask.FromResult(lifetime.Open ? [] : Writes(session, lifetime, now));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> Close(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = documents.Sessions.Open(document, now)!;
        var moment = Moments.Of(now, session.Document);
        var lifetime = session.Document.Lifetime;
        return ValueTask.FromResult(lifetime.Open
            ? Writes(session, lifetime.Close(BandwidthDocuments.Ended, CloseReasons.Api, moment), moment)
            : []);
    }

    private IReadOnlyList<Write> Writes(Stored<WebRtcSession> session, Lifetime closed, DateTimeOffset now) =>
    [
        new Write.Replace(documents.Sessions.Seal(session.Document, closed, session.Body, now)),
        .. callbacks.Leaving(session, session.Body.Joined(), closed.EndedAt!.Value, now).Select(told => told.Write()),
    ];
}
