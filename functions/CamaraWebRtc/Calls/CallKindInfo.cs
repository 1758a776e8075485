using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Calls as the operator sees and closes them: cancelled or terminated, as by their originator.</summary>
public sealed class CallKindInfo(CallDocuments calls) : ISessionKindInfo
{
    /// <inheritdoc/>
    public string Kind => calls.Kind.Name;

    /// <inheritdoc/>
    public string Surface => "CamaraWebRtc";

    /// <inheritdoc/>
    public ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(calls.Kind.Open(document, now)!.Document.Lifetime);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> Close(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = calls.Kind.Open(document, now)!;
        var before = new CallState(session.Document.Lifetime, session.Body);
        var after = CallRules.End(before, byOriginator: true, now);
        IReadOnlyList<Write> writes = after == before ? [] : End(session, after, now);
        return ValueTask.FromResult(writes);
    }

    private Write[] End(Stored<MediaSession> before, CallState after, DateTimeOffset now)
    {
        var ended = calls.Sealed(before.Document, after, now);
        var news = CallNews.Change(new(ended, after.Body, ended.ETag), before.Document.Lifetime.Status);
        return [new Write.Replace(ended), news.Write()];
    }
}
