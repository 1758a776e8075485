using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is left of a Session that is gone.</summary>
/// <param name="SessionSid">The Session.</param>
public sealed record RemainsOfSession(string SessionSid);

/// <summary>
/// The note that a Session's Interactions are to be removed. They are too many to be written with the Session, so a
/// note is: it comes due when the Session is forgotten.
/// </summary>
public sealed class SessionRemainsKind()
    : Kind<RemainsOfSession>(KindName, ProxyStorageJson.Default.RemainsOfSession)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/session-remains";

    /// <summary>The note to write when a Session ends; none when nothing happened in it.</summary>
    internal IEnumerable<Write> Of(State<ProxySession> session, DateTimeOffset due)
    {
        if (session.Body.LastInteractionAt is not null)
        {
            var note = New(session, $"remains:{session.Id}", new(session.Id), due) with { DueAt = due };
            yield return new Write.Put(note.Seal(due));
        }
    }
}

/// <summary>Removes the Interactions of Sessions that are gone, and looks again later while one is not.</summary>
public sealed class SessionRemains(
    SessionRemainsKind notes,
    ProxySessionKind sessions,
    InteractionKind interactions,
    Reader reader,
    Changes changes) : IDueKind
{
    // Each may have a copy, and a commit holds 100 writes.
    private const int BatchSize = 50;

    /// <inheritdoc/>
    public string Name => notes.Name;

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = notes.Open(document, now)!;
        var sid = note.Body.SessionSid;
        if (await reader.Find(sessions, note.Partition, sid, now, cancellation) is { } session)
        {
            // When it is closed again it leaves a new note.
            return session.PurgeAt is { } end ? Decision.To(note with { DueAt = end }) : Decision.Remove(note);
        }

        await changes.RemoveAll(
            new(note.Partition, interactions.Name, BatchSize) { Index = sid }, interactions.CopiesOf, cancellation);
        return Decision.Remove(note);
    }
}
