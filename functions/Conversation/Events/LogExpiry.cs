using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Looks after the logs of ended sessions: first their heads must follow, later all of it goes.</summary>
public sealed class LogExpiry(
    IDocumentStore store, SessionReader reader, SessionHeads heads, SessionDocuments sessions) : IDueHandler
{
    private const int Chunk = CommitRules.MaxWrites - 1;

    /// <summary>Longer than a stream lasts, so that whoever reads sees the end.</summary>
    private static readonly TimeSpan _deletedFor = TimeSpan.FromMinutes(5);

    /// <summary>How much longer than its head a log is kept, since a head is closed a little after the end.</summary>
    private static readonly TimeSpan _afterHead = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Kind => LogDocuments.Kind.Name;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var log = LogDocuments.Kind.Open(document)!;
        var end = document.Lifetime.EndedAt!.Value + (log.Body.Deleted ? _deletedFor : sessions.Retention + _afterHead);
        if (end <= now)
        {
            return await Remove(document, cancellation);
        }

        await FollowInHead(log, now, cancellation);
        return [new Write.Replace(document with { DueAt = end })];
    }

    private async ValueTask FollowInHead(Stored<SessionLog> log, DateTimeOffset now, CancellationToken cancellation)
    {
        var partition = log.Document.Partition;
        var account = partition[..partition.LastIndexOf(':')];
        var head = reader.Raw((await store.Read(account, log.Body.SessionId, cancellation)).OrNull());
        if (head is null || SessionDocuments.PartitionOf(head) != partition)
        {
            return;
        }

        if (log.Body.Deleted)
        {
            await heads.Delete(head, cancellation);
        }
        else if (head.Document.Lifetime.Open)
        {
            await heads.Close(SessionReader.At(head, log, now), now, cancellation);
        }
    }

    // A part at a time; the log stays due until it goes itself, as the last.
    private async ValueTask<IReadOnlyList<Write>> Remove(Document log, CancellationToken cancellation)
    {
        foreach (var kind in (string[])[EventDocuments.Kind.Name, MemberDocuments.Kind.Name])
        {
            var query = new ListQuery(log.Partition, kind, Chunk) { Order = ListOrder.OldestFirst };
            if ((await store.List(query, cancellation)).OrNull() is { Count: > 0 } found)
            {
                return [.. found.Select(document => new Write.Delete(document.Id))];
            }
        }

        return [new Write.Delete(log.Id, log.ETag)];
    }
}
