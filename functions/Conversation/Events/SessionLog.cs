using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// The owner of a session's sequence: every event is written in one commit with the next state of this document, so
/// that numbers have no gaps and no repeats. It is also what decides when the session ends; the head mirrors that, for
/// the lists. The two lie in different partitions: an update writes the head first, an end writes the log first, each
/// leaves what it wrote first due, and the timer does the other half when the process died between the two.
/// </summary>
/// <param name="SessionId">The id of the session, whose head lies in another partition.</param>
/// <param name="Next">The number of the next event, from 1.</param>
/// <param name="Revision">The latest revision of the session that an event has told of.</param>
public sealed record SessionLog(string SessionId, int Next, int Revision)
{
    /// <summary>The owners who have joined and not left, as ids of their members, between commas.</summary>
    public string Owners { get; init; } = "";

    /// <summary>Whether the session was deleted, so that its head must go.</summary>
    public bool Deleted { get; init; }

    /// <summary>
    /// Under which idempotency key it was deleted, so that whoever makes its head go in the deleter's place remembers
    /// that for him; null without one.
    /// </summary>
    public DeleteKey? DeletedUnder { get; init; }

    /// <summary>
    /// Before when no member who is present can lapse; null while nobody is. Signs of life do not write here, so
    /// whoever comes by at this moment looks at the members, and notes the next one.
    /// </summary>
    public DateTimeOffset? LapsesBy { get; init; }

    /// <summary>Whether events are forgotten after a while, so that numbers may be missing.</summary>
    public bool? Forgets { get; init; }

    /// <summary>How much has passed that is not kept; see <see cref="Passing"/>.</summary>
    public int? Passed { get; init; }

    /// <summary>
    /// What passes, such as somebody typing: the last of it lies here for seconds, where every stream of every process
    /// looks anyway, and is stored nowhere else.
    /// </summary>
    public IReadOnlyList<SessionEvent>? Passing { get; init; }
}

/// <summary>The idempotency key of a delete.</summary>
/// <param name="Id">The id of its record.</param>
/// <param name="Hash">What tells the request from another one under the same key.</param>
public sealed record DeleteKey(string Id, string Hash)
{
    /// <summary>The key of a command; null when it has none.</summary>
    internal static DeleteKey? Of(Once? once) => once is null ? null : new(once.Id, once.Hash);

    /// <summary>The same for a command that does what that one asked for.</summary>
    internal Once Once => new(Id, Hash, HashOfBefore: "");
}

/// <summary>How logs are stored: each in its session's own partition.</summary>
internal sealed class LogKind() : Kind<SessionLog>("conversation/log", () => ConversationStorageJson.Default.SessionLog)
{
    /// <summary>The id of every log.</summary>
    public const string Id = "log";

    /// <summary>The kind.</summary>
    public static readonly LogKind One = new();

    /// <summary>All that happens in a session is written with it, so who reads that waits for it.</summary>
    protected override bool IsWatched(State<SessionLog> state) => true;

    /// <summary>What passes is not for those who repeat a request.</summary>
    protected internal override SessionLog WithoutSecrets(SessionLog body) => body with { Passing = null };

    /// <summary>The log of a session in which nothing has happened; it is stored with the first event.</summary>
    public State<SessionLog> New(State<ConversationSession> session) => New(
        session.Account,
        ConversationSessionKind.PartitionOf(session),
        Id,
        new SessionLog(session.Id, 1, 1),
        new Lifetime
        {
            Status = SessionRules.Active,
            Open = true,
            CreatedAt = session.CreatedAt,
            UpdatedAt = session.CreatedAt,
        });
}

/// <summary>Looks after the logs of ended sessions: first their heads must follow, later all of it goes.</summary>
internal sealed class LogUpkeep(
    Changes changes, SessionReader reader, EventLog events, Inboxes inboxes, ConversationSessionKind sessions)
    : IDueKind
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
        if (log.Lifetime.Open)
        {
            return Decision.Nothing;
        }

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

        await inboxes.Forget(log, now, cancellation);
        foreach (var kind in (string[])[EventKind.One.Name, MemberKind.One.Name, EndingKind.One.Name])
        {
            await changes.RemoveAll(new(log.Partition, kind, CommitRules.MaxWrites), null, cancellation);
        }

        return Decision.Remove(log);
    }
}
