using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>Reads sessions, and changes them, alone or together with their room.</summary>
public sealed class SessionChanges(
    IDocumentStore store, SessionDocuments documents, RoomDirectory rooms, Turns turns)
{
    /// <summary>The session of the call's route.</summary>
    /// <exception cref="RefusedException">There is none in the account.</exception>
    public async ValueTask<Stored<LiveSession>> Find(Exchange exchange)
    {
        var read = await store.Read(Ids.Partition(exchange.Account), Ids.Read(exchange).Text(), exchange.Aborted);
        return documents.Open(read.OrNull(), exchange.Now) ?? throw LiveStreamErrors.NotFound();
    }

    /// <summary>
    /// Changes a session. The rule gives the same session back when there is nothing to change; the answer is the
    /// session as it is then.
    /// </summary>
    internal ValueTask<Stored<LiveSession>> Change(
        SessionName name,
        DateTimeOffset now,
        Func<Stored<LiveSession>, Stored<LiveSession>> decide,
        CancellationToken cancellation) =>
        Change(name, now, _ => null, (session, _) => new(decide(session), []), cancellation);

    /// <summary>The same with the session's room, which the rule is given, too; null when it is gone.</summary>
    internal async ValueTask<Stored<LiveSession>> ChangeWithRoom(
        SessionName name,
        DateTimeOffset now,
        Func<Stored<LiveSession>, Stored<Room>?, SessionDecision> decide,
        CancellationToken cancellation)
    {
        var changed = await Change(
            name, now, document => documents.Open(document, now)?.Body.RoomId.Text(), decide, cancellation);
        rooms.Forget(name.Partition, changed.Body.RoomId);
        return changed;
    }

    private async ValueTask<Stored<LiveSession>> Change(
        SessionName name,
        DateTimeOffset now,
        Func<Document, string?> roomOf,
        Func<Stored<LiveSession>, Stored<Room>?, SessionDecision> decide,
        CancellationToken cancellation)
    {
        using var turn = await turns.Take(name.Id, cancellation);
        var changed = await store.Change(name.Partition, name.Id, roomOf, (document, room) =>
        {
            var before = documents.Open(document, now) ?? throw LiveStreamErrors.NotFound();
            var (after, beside) = decide(before, RoomDocuments.Kind.Open(room));
            return ReferenceEquals(before, after)
                ? new([], after)
                : new Change<Stored<LiveSession>>([.. documents.Change(after, now), .. beside], after);
        }, cancellation);
        return changed.Commit.ETags is [var version, ..]
            ? changed.Value with { Version = version, Document = changed.Value.Document with { ETag = version } }
            : changed.Value;
    }
}

/// <summary>Where a session lies.</summary>
/// <param name="Partition">Its account's partition.</param>
/// <param name="Id">Its id, which is the name of its LiveKit room, too.</param>
internal sealed record SessionName(string Partition, string Id)
{
    /// <summary>The session of a call's route.</summary>
    public static SessionName Of(Exchange exchange) => new(Ids.Partition(exchange.Account), Ids.Read(exchange).Text());
}

/// <summary>What a rule made of a session, and what else is written with it.</summary>
internal sealed record SessionDecision(Stored<LiveSession> Session, IEnumerable<Write> Beside);
