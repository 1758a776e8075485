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
        IReadOnlyList<Write> writes = session.Document.Lifetime.Open
            ? []
            : [new Write.Replace(calls.Kind.Seal(session.Document, session.Document.Lifetime, session.Body, now))];
        return ValueTask.FromResult(writes);
    }
}
