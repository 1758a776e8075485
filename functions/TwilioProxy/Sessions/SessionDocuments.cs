using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// How Sessions lie in the store: in the partition of their Service, with the documents that go with each of their
/// states. Every change of a Session is written by these methods, so that those can never differ from it.
/// </summary>
public sealed class SessionDocuments(RetentionSettings retention)
{
    /// <summary>The kind, as documents carry it.</summary>
    public const string KindName = "twilio-proxy/session";

    /// <summary>The kind, with its expiry.</summary>
    public TimedKind<ProxySession> Kind { get; } =
        new(KindName, ProxyStorageJson.Default.ProxySession, _ => SessionStatus.Closed, retention.Closed);

    /// <summary>How long a closed Session is kept.</summary>
    internal TimeSpan Retention => retention.Closed;

    /// <summary>The key that makes a unique name unique.</summary>
    internal static string? KeyOf(string? uniqueName) => uniqueName is null ? null : $"name:{uniqueName}";

    /// <summary>The document of a new Session.</summary>
    internal Document New(
        string partition, string sid, Lifetime lifetime, ProxySession body, string? requestHash) => Kind.Seal(
        new()
        {
            Partition = partition,
            Id = sid,
            Kind = KindName,
            Key = KeyOf(body.UniqueName),
            Lifetime = lifetime,
            RequestHash = requestHash,
            Body = default,
        },
        lifetime,
        body,
        lifetime.CreatedAt);

    /// <summary>What is written beside a new Session: its claims.</summary>
    internal IReadOnlyList<Write> Beside(Document created) =>
        [.. ClaimDocuments.Of(AsStored(created)).Select(claim => new Write.Create(claim))];

    /// <summary>The writes that bring a Session to a new state.</summary>
    /// <param name="before">The document as it is stored.</param>
    /// <param name="after">The same, as it shall be.</param>
    internal IReadOnlyList<Write> Replace(Document before, Document after)
    {
        var held = ClaimDocuments.Of(AsStored(before)).ToDictionary(claim => claim.Id);
        var wanted = ClaimDocuments.Of(AsStored(after)).ToDictionary(claim => claim.Id);
        return
        [
            new Write.Replace(after),
            .. wanted.Values.Where(claim => !held.ContainsKey(claim.Id)).Select(claim => new Write.Create(claim)),
            .. wanted.Values.Where(claim => held.TryGetValue(claim.Id, out var old) && Differ(old, claim))
                .Select(claim => new Write.Put(claim)),
            .. held.Keys.Except(wanted.Keys).Select(id => new Write.Delete(id)),
            .. after.Lifetime.Open ? [] : Remains(after, held.Values),
        ];
    }

    /// <summary>The writes that make the end of a Session durable whose time has come; none before that.</summary>
    internal IReadOnlyList<Write> WhenExpired(Document stored, DateTimeOffset now)
    {
        var session = Kind.Open(stored, now)!;
        return session.Document.Lifetime.Open || !stored.Lifetime.Open
            ? []
            : Replace(stored, Kind.Seal(session.Document, session.Document.Lifetime, session.Body, now));
    }

    /// <summary>The writes that take a Session away.</summary>
    internal IReadOnlyList<Write> Delete(Document stored, DateTimeOffset now) =>
    [
        new Write.Delete(stored.Id, stored.ETag),
        .. ClaimDocuments.Of(AsStored(stored)).Select(claim => new Write.Delete(claim.Id)),
        .. SessionRemains.Of(AsStored(stored), now),
    ];

    private IEnumerable<Write> Remains(Document closed, IEnumerable<Document> freed) =>
    [
        .. freed.Select(claim => PastClaims.Remember(claim, closed.PurgeAt)),
        .. SessionRemains.Of(AsStored(closed), closed.PurgeAt!.Value),
    ];

    private static bool Differ(Document one, Document other) => !one.Body.Span.SequenceEqual(other.Body.Span);

    // No Session has run out at the beginning of time, so this is the state that was written.
    private Stored<ProxySession> AsStored(Document document) => Kind.Open(document, DateTimeOffset.MinValue)!;
}
