using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Makes the heads follow what their logs have decided.</summary>
public sealed class SessionHeads(IDocumentStore store, SessionReader reader, SessionDocuments sessions)
{
    /// <summary>Closes the head of a session that has ended; nothing when that is done.</summary>
    /// <param name="ended">The session, closed.</param>
    /// <param name="now">From when it is kept as an ended one.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public ValueTask Close(
        Stored<ConversationSession> ended, DateTimeOffset now, CancellationToken cancellation) =>
        Follow(ended, head => new Write.Replace(
            sessions.Kind.Seal(head.Document, ended.Document.Lifetime, head.Body, now)), cancellation);

    /// <summary>Removes the head of a deleted session; nothing when that is done.</summary>
    public async ValueTask Delete(Stored<ConversationSession> deleted, CancellationToken cancellation)
    {
        var head = deleted.Document;
        Write[] delete = [new Write.Delete(head.Id, head.ETag)];
        if ((await store.Commit(head.Partition, delete, cancellation)).OrFault().Outcome != StoreOutcome.Done)
        {
            await Follow(deleted, found => new Write.Delete(found.Document.Id, found.Document.ETag), cancellation);
        }
    }

    private async ValueTask Follow(
        Stored<ConversationSession> session,
        Func<Stored<ConversationSession>, Write> write,
        CancellationToken cancellation)
    {
        var (heads, id) = (session.Document.Partition, session.Document.Id);
        await store.Change(heads, id, document =>
        {
            var head = reader.Raw(document);
            var done = head is null || head.Body.Uid != session.Body.Uid || !NeedsIt(head, write(head));
            return new Change<bool>(done ? [] : [write(head!)], !done);
        }, cancellation);
    }

    private static bool NeedsIt(Stored<ConversationSession> head, Write write) =>
        write is Write.Delete || head.Document.Lifetime.Open;
}
