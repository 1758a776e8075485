using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>How events lie in the store: beside what they tell of, until they are taken.</summary>
internal static class OutboxDocuments
{
    public const string KindName = AcrossQuery.EventKind;
    private const string Pending = "pending";
    private const string Failed = "failed";
    private const string Delivered = "delivered";

    /// <summary>
    /// A new event. It is leased to the process that writes it, which sends it at once: so it is not written again
    /// before it is sent, and it is due to the others only when that process has not come to it.
    /// </summary>
    /// <param name="told">The event.</param>
    /// <param name="leasedUntil">When the lease is over.</param>
    public static Document New(OutboxEvent told, DateTimeOffset leasedUntil) => new()
    {
        Partition = told.Partition,
        Id = IdOf(told),
        Kind = KindName,
        Account = told.Account,
        Index = LaneOf(told).Status,
        CreatedAt = told.At,
        UpdatedAt = told.At,
        DueAt = leasedUntil,
        Terms = told.Session,
        Body = Seal(told),
    };

    /// <summary>The id of an event's document.</summary>
    public static string IdOf(OutboxEvent told) => $"event:{told.At.UtcTicks:D19}:{told.Order:D4}:{told.Id}";

    /// <summary>The event in a document; null for another kind.</summary>
    public static StoredEvent? Open(Document document) => document.Kind == KindName
        ? new(document, JsonSerializer.Deserialize(document.Body.Span, OutboxJson.Default.OutboxEvent)!)
        : null;

    /// <summary>The events that these writes tell.</summary>
    public static IEnumerable<OutboxEvent> ToldBy(IEnumerable<Write> writes) => writes
        .OfType<Write.Create>()
        .Select(write => Open(write.Document)?.Body)
        .OfType<OutboxEvent>();

    /// <summary>Whether an event that may be for nobody was kept by the commit of these writes.</summary>
    public static bool IsKept(OutboxEvent told, IReadOnlyList<Write> writes, CommitResult result)
    {
        var id = IdOf(told);
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i] is Write.Create(var document) && document.Id == id)
            {
                return result.ETags[i].Length > 0;
            }
        }

        return false;
    }

    /// <summary>What has become of an event so far.</summary>
    public static EventState StateOf(Document document) => document.Index switch
    {
        Delivered => EventState.Delivered,
        Failed => EventState.Failed,
        _ => EventState.Waiting,
    };

    /// <summary>What events in these states are listed by: see <see cref="AcrossQuery.Initials"/>.</summary>
    public static string InitialsOf(params IEnumerable<EventState> states) => string.Concat(states.Select(InitialOf));

    private static char InitialOf(EventState state) => state switch
    {
        EventState.Delivered => Delivered[0],
        EventState.Failed => Failed[0],
        _ => Pending[0],
    };

    /// <summary>Each target has a lane of its own in a stream: a dead one holds up nothing but its own.</summary>
    public static Lane LaneOf(OutboxEvent told)
    {
        var target = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told.Target.AbsoluteUri)), 0, 8);
        return new(told.Partition, $"{Pending}:{told.Stream}:{target}", told.Account, told.Target.Authority)
        {
            IsInside = told.IsInside,
        };
    }

    /// <summary>The oldest event of a lane.</summary>
    public static ListQuery HeadOf(Lane lane) =>
        new(lane.Partition, KindName, Limit: 1) { Index = lane.Status, Order = ListOrder.OldestFirst, MayLag = true };

    /// <summary>The event as it is while it is sent.</summary>
    public static StoredEvent Attempt(StoredEvent stored)
    {
        var body = stored.Body with { Attempts = stored.Body.Attempts + 1 };
        return new(stored.Document with { Body = Seal(body) }, body);
    }

    /// <summary>The event after an attempt that is not its last.</summary>
    public static Document Later(StoredEvent stored, DateTimeOffset next) =>
        stored.Document with { Body = Seal(stored.Body), DueAt = next };

    /// <summary>The event that was taken, kept for a while for those who ask what was told.</summary>
    public static Document Taken(StoredEvent stored, DateTimeOffset now, TimeSpan retention) =>
        Ended(stored, Delivered, now, retention);

    /// <summary>The event that nobody will take, kept for a while for those who look for it.</summary>
    public static Document GivenUp(StoredEvent stored, DateTimeOffset now, TimeSpan retention) =>
        Ended(stored, Failed, now, retention);

    /// <summary>An event that was taken or given up, or that waits, to be sent (again) at once; in its lane.</summary>
    public static StoredEvent Again(StoredEvent stored, DateTimeOffset now, DateTimeOffset dueAt)
    {
        var body = stored.Body with { Attempts = 0, ResentAt = now, Until = null, LongestPause = null };
        return new(
            stored.Document with
            {
                Index = LaneOf(body).Status, UpdatedAt = now, DueAt = dueAt, PurgeAt = null, Body = Seal(body),
            },
            body);
    }

    private static Document Ended(StoredEvent stored, string index, DateTimeOffset now, TimeSpan retention) =>
        stored.Document with
        {
            Index = index, UpdatedAt = now, DueAt = null, PurgeAt = now + retention, Body = Seal(stored.Body),
        };

    private static byte[] Seal(OutboxEvent told) =>
        JsonSerializer.SerializeToUtf8Bytes(told, OutboxJson.Default.OutboxEvent);
}

/// <summary>What has become of an event so far.</summary>
internal enum EventState
{
    /// <summary>It waits for its first attempt or another one.</summary>
    Waiting,

    /// <summary>Its target has taken it.</summary>
    Delivered,

    /// <summary>It was given up.</summary>
    Failed,
}

/// <summary>An event as it lies in the store.</summary>
/// <param name="Document">The document.</param>
/// <param name="Body">The event in it.</param>
public sealed record StoredEvent(Document Document, OutboxEvent Body)
{
    /// <summary>
    /// Whether who had it last had a clock that is ahead of this one, and has left it until a moment that only that
    /// clock makes sense of.
    /// </summary>
    internal bool IsLeftAhead(DateTimeOffset now, OutboxSettings settings) =>
        Document.DueAt > now + settings.Lease + ClocksApart && LastAt > now + ClocksApart;

    // Clocks differ a little.
    private static TimeSpan ClocksApart => TimeSpan.FromMinutes(1);

    private DateTimeOffset LastAt =>
        Body.Made is [.., var last] && last.At > Document.UpdatedAt ? last.At : Document.UpdatedAt;

    /// <summary>Whether nobody has done anything with it since it was written.</summary>
    internal bool IsNew => Body.Attempts == 0 && Document.UpdatedAt == Document.CreatedAt;
}
