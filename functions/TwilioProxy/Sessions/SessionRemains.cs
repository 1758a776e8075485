using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>That a Session had a name which others may have again.</summary>
/// <param name="SessionSid">The Session.</param>
public sealed record PastName(string SessionSid);

/// <summary>
/// Remembers which closed Sessions had a name, for as long as they are kept: a fetch by that name finds the newest of
/// them when no open Session has it.
/// </summary>
public sealed class PastNameKind() : Kind<PastName>(KindName, () => ProxyStorageJson.Default.PastName)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/past-name";

    /// <summary>What is remembered of a closed Session.</summary>
    internal State<PastName> Of(State<ProxySession> session, string name) =>
        New(session, $"past-name:{session.Id}", new(session.Id), session.CreatedAt) with
        {
            Index = ClaimKind.HashOf(name),
            PurgeAt = session.PurgeAt,
        };

    /// <summary>The newest Session of a name.</summary>
    internal ListQuery NewestOf(string partition, string name) =>
        new(partition, Name, 1) { Index = ClaimKind.HashOf(name) };
}

/// <summary>Finds Sessions by their unique names.</summary>
public sealed class SessionNames(
    Reader reader, Settler settler, ProxySettings settings, ProxySessionKind sessions, PastNameKind pastNames)
{
    /// <summary>The Session that holds the name, else the newest that closed and gave it back; null for none.</summary>
    internal async ValueTask<State<ProxySession>?> Find(
        string partition, string name, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = ProxySessionKind.KeyOf(name);
        if (await reader.FindByKey(sessions, partition, key, now, cancellation) is { } holder)
        {
            return holder;
        }

        return settings.FreesNamesOnClose
            && await reader.List(pastNames, pastNames.NewestOf(partition, name), now, cancellation) is [var past]
                ? await reader.Find(sessions, partition, past.Body.SessionSid, now, cancellation)
                : null;
    }

    /// <summary>
    /// Frees a name whose Session has run out and gives it back, as the timer would by now; see what becomes of it by
    /// asking again. While the clock that says so is doubted the name is as taken as it was.
    /// </summary>
    /// <param name="refused">The write of a Session that could not have its name.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Http.RefusedException">80603: another Session has the name.</exception>
    internal async ValueTask Free(Write refused, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!settings.FreesNamesOnClose || refused is not (Write.Create or Write.Replace))
        {
            throw ProxyErrors.SessionNameTaken();
        }

        var document = refused is Write.Create(var made) ? made : ((Write.Replace)refused).Document;
        var holder = await reader.FindByKey(sessions, document.Partition, document.Key!, now, cancellation);
        if (holder is not { Lifetime.Open: false, Before.Lifetime.Open: true }
            || !await settler.Settle(sessions, document.Partition, holder.Id, now, cancellation))
        {
            throw ProxyErrors.SessionNameTaken();
        }
    }
}

/// <summary>What is left of a Session that is gone.</summary>
/// <param name="SessionSid">The Session.</param>
public sealed record RemainsOfSession(string SessionSid);

/// <summary>
/// The note that a Session's Interactions are to be removed. They are too many to be written with the Session, so a
/// note is: it comes due when the Session is forgotten.
/// </summary>
public sealed class SessionRemainsKind()
    : Kind<RemainsOfSession>(KindName, () => ProxyStorageJson.Default.RemainsOfSession)
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
