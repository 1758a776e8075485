using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// What the timer does with sessions: makes their expiry durable, clears up after starts whose process died, and takes
/// back from LiveKit what could not be taken back before.
/// </summary>
public sealed class SessionUpkeep(
    SessionDocuments documents, SessionTidying tidying, IDocumentStore store, IIdSource ids) : IDueHandler
{
    // A LiveKit that hangs would keep the timer from everything else.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(30);
    private DateTimeOffset _restsUntil;

    /// <inheritdoc/>
    public string Kind => SessionDocuments.KindName;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = documents.Open(document, now)!;
        if (session.IsHeld(now))
        {
            var later = session.Body.Leftovers is { } waits ? waits with { At = session.Body.Starting!.Until } : null;
            return documents.Change(session.With(session.Body with { Leftovers = later }), now);
        }

        var died = session.Body.Starting is not null;
        if (!died && !(session.Body.Leftovers?.At <= now))
        {
            return documents.Change(session, now);
        }

        return await Tidy(session, now, cancellation) is { } tidied
            ? [.. documents.Change(tidied, now), .. await Release(session, died, now, cancellation)]
            : [];
    }

    // A start in the middle of the tidying would lose its ingress to it, so the session is held meanwhile.
    private async ValueTask<Stored<LiveSession>?> Tidy(
        Stored<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var mayStart = session.Document.Lifetime.Status == SessionStatus.Scheduled;
        var held = mayStart ? await Hold(session, now, cancellation) : session;
        if (held is null)
        {
            return null;
        }

        var keep = session.IsLive() ? session.Body.Ingress?.Id : null;
        var tidied = now >= _restsUntil && await tidying.Try(session.Document.Id, keep);
        _restsUntil = tidied || now < _restsUntil ? _restsUntil : now + _rest;
        var leftovers = tidied ? null : LeftoverRules.Later(held.Body.Leftovers, now);
        return held.With(held.Body with { Starting = null, Leftovers = leftovers });
    }

    private async ValueTask<Stored<LiveSession>?> Hold(
        Stored<LiveSession> session, DateTimeOffset now, CancellationToken cancellation)
    {
        var held = session.Hold(ids.Next(), now);
        var commit = (await store.Commit(
            session.Document.Partition, documents.Change(held, now), cancellation)).OrFault();
        return commit.Outcome == StoreOutcome.Done
            ? held with { Document = held.Document with { ETag = commit.ETags[0] } }
            : null;
    }

    private async ValueTask<IEnumerable<Write>> Release(
        Stored<LiveSession> session, bool died, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!died || session.IsLive())
        {
            return [];
        }

        var (partition, room) = (session.Document.Partition, session.Body.RoomId.Text());
        var read = (await store.Read(partition, room, cancellation)).OrNull();
        return RoomDocuments.Release(RoomDocuments.Kind.Open(read), session.Document.Id, now);
    }
}
