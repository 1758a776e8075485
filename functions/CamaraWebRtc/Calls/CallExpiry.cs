using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Makes NoAnswer durable, and tells both parties.</summary>
public sealed class CallExpiry(CallDocuments calls) : IDueHandler
{
    /// <inheritdoc/>
    public string Kind => calls.Kind.Name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = calls.Kind.Open(document, now)!;
        IReadOnlyList<Write> writes = session.Document.Lifetime.Open ? [] : End(session, document, now);
        return ValueTask.FromResult(writes);
    }

    private Write[] End(Stored<MediaSession> call, Document before, DateTimeOffset now)
    {
        var body = call.Body with { Sequence = call.Body.Sequence + 1 };
        var document = calls.Kind.Seal(call.Document, call.Document.Lifetime, body, now);
        var news = CallNews.Change(new(document, body, document.ETag), before.Lifetime.Status);
        return [new Write.Replace(document), news.Write()];
    }
}
