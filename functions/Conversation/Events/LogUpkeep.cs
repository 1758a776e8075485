using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>Looks after the logs of ended sessions: first their heads must follow, later all of it goes.</summary>
internal sealed class LogUpkeep(
    Changes changes, SessionReader reader, EventLog events, ConversationSessionKind sessions) : IDueKind
{
    /// <summary>Longer than a stream lasts, so that whoever reads sees the end.</summary>
    private static readonly TimeSpan _deletedFor = TimeSpan.FromMinutes(5);

    /// <summary>How much longer than its head a log is kept, since a head is closed a little after the end.</summary>
    private static readonly TimeSpan _afterHead = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Name => LogKind.One.Name;

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var log = LogKind.One.Open(document, now)!;
        var kept = log.Body.Deleted ? _deletedFor : sessions.Retention + _afterHead;
        var end = log.Lifetime.EndedAt!.Value + kept;
        if (now < end)
        {
            var place = sessions.At(log.Partition[..log.Partition.LastIndexOf(':')], log.Body.SessionId);
            if (await reader.Head(place, cancellation) is { } head
                && ConversationSessionKind.PartitionOf(head) == log.Partition)
            {
                await events.Follow(new(head, log, now));
            }

            return Decision.To(log with { DueAt = end });
        }

        foreach (var kind in (string[])[EventKind.One.Name, MemberKind.One.Name])
        {
            await changes.RemoveAll(new(log.Partition, kind, CommitRules.MaxWrites), _ => [], cancellation);
        }

        return Decision.Remove(log);
    }
}
