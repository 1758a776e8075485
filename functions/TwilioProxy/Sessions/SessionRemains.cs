using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is left of a Session that is gone.</summary>
/// <param name="SessionSid">The Session.</param>
public sealed record RemainsOfSession(string SessionSid);

/// <summary>
/// Removes the Interactions of a Session once it is gone. They are too many to be written with the Session, so a note
/// is: it comes due when the Session is forgotten, and looks again while it is not.
/// </summary>
public sealed class SessionRemains(IDocumentStore store, SessionDocuments sessions) : IDueHandler
{
    /// <summary>The kind of the note, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/session-remains";

    private const int BatchSize = 50;
    private static readonly DocumentKind<RemainsOfSession> _kind =
        new(KindName, ProxyStorageJson.Default.RemainsOfSession);

    /// <inheritdoc/>
    public string Kind => _kind.Name;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var sid = _kind.Open(document)!.Body.SessionSid;
        var read = await store.Read(document.Partition, sid, cancellation);
        if (sessions.Kind.Open(read.OrNull(), now) is { } session)
        {
            // When it is closed again it leaves a new note.
            return session.Document.PurgeAt is { } end
                ? [new Write.Replace(document with { DueAt = end })]
                : [new Write.Delete(document.Id, document.ETag)];
        }

        await Empty(document.Partition, sid, cancellation);
        return [new Write.Delete(document.Id, document.ETag)];
    }

    /// <summary>The note to write when a Session ends; none when nothing happened in it.</summary>
    internal static IReadOnlyList<Write> Of(Stored<ProxySession> session, DateTimeOffset due) =>
        session.Body.LastInteractionAt is null ? [] :
        [
            new Write.Put(new()
            {
                Partition = session.Document.Partition,
                Id = $"remains:{session.Document.Id}",
                Kind = _kind.Name,
                Lifetime = new() { Status = "", Open = true, CreatedAt = due, UpdatedAt = due },
                DueAt = due,
                Body = _kind.Seal(new(session.Document.Id)),
            }),
        ];

    private async ValueTask Empty(string partition, string sessionSid, CancellationToken cancellation)
    {
        var query = new ListQuery(partition, InteractionDocuments.Kind.Name, BatchSize) { Status = sessionSid };
        while ((await store.List(query, cancellation)).OrNull() is { Count: > 0 } rest)
        {
            var deletes = rest.SelectMany(InteractionDocuments.Delete).ToList();
            (await store.Commit(partition, deletes, cancellation)).OrFault();
        }
    }
}
