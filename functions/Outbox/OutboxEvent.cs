using System.Text.Json.Serialization;
using Sessions.Storage;
using Sessions.Telemetry;

namespace Sessions.Outbox;

/// <summary>
/// Something to tell a target outside. It is written in the same commit as the change that it tells of, by
/// <see cref="Write"/>; after the commit <see cref="OutboxBell.Ring"/> sends it at once.
/// </summary>
public sealed record OutboxEvent
{
    private const int MostMade = 20;

    /// <summary>What a target drops repeats by; sent as <c>Webhook-Id</c>. Letters, digits and - only.</summary>
    public required string Id { get; init; }

    /// <summary>The partition of the change.</summary>
    public required string Partition { get; init; }

    /// <summary>Whose it is: the account's id, for the sender to find its key.</summary>
    public required string Account { get; init; }

    /// <summary>The session. The events of one stream to one target are sent in the order of their moments.</summary>
    public required string Stream { get; init; }

    /// <summary>The <see cref="IOutboxSender.Name"/> of what builds the request.</summary>
    public required string Sender { get; init; }

    /// <summary>Where to, as <see cref="TargetPolicy"/> allows it.</summary>
    public required Uri Target { get; init; }

    /// <summary>Whether it is only passed on inside: its target names a lane then, and is not spoken to.</summary>
    internal bool IsInside => Target.Scheme != Uri.UriSchemeHttp && Target.Scheme != Uri.UriSchemeHttps;

    /// <summary>The media type of the payload.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>The body, as it goes out: a JSON object may lose its blanks, and nothing else changes.</summary>
    [JsonConverter(typeof(PayloadConverter))]
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What else the sender needs, such as the subscription that asked for this event.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The moment of the change, UTC. It decides the order in the stream, so it must be later than that of the change
    /// before; <see cref="After"/> gives such a moment.
    /// </summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The place among the events of one moment, from 0 to 9999.</summary>
    public int Order { get; init; }

    /// <summary>From when on nobody wants it any more: it is dropped then, and not kept as failed. Null for
    /// never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// The longest pause between two attempts, for what is worth something for moments only: they begin with a second
    /// and double up to this, and the process that tries sees to the next one itself. Null for delays that grow to
    /// hours, each of which the timer ends.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? LongestPause { get; init; }

    /// <summary>The span that told it, as a <c>traceparent</c>; null for what nobody traced.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>How often it was sent so far, or was about to be; since it was sent again, when it was.</summary>
    public int Attempts { get; init; }

    /// <summary>The last of its attempts that came to an end, the oldest first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Attempt>? Made { get; init; }

    /// <summary>When somebody had it sent again: what is tried for days is tried for as long from then on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ResentAt { get; init; }

    /// <summary>The session that it tells of, as the operator calls it; null when it is of none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Session { get; init; }

    /// <summary>
    /// Who may have asked for it: when nobody has at the moment of the change, a store that can tell does not keep it;
    /// see <see cref="Storage.Write.Create.OnlyFor"/>. Empty for what is told in any case.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<Listeners> OnlyFor { get; init; } = [];

    /// <summary>The event after one more attempt.</summary>
    internal OutboxEvent Tried(Attempt attempt) =>
        this with { Made = [.. (Made ?? []).TakeLast(MostMade - 1), attempt] };

    /// <summary>
    /// Now, or the next tick after the last change when another machine's clock was ahead: moments of one stream never
    /// go back.
    /// </summary>
    public static DateTimeOffset After(DateTimeOffset last, DateTimeOffset now) => now > last ? now : last.AddTicks(1);

    /// <summary>The write for the commit of the change.</summary>
    /// <param name="leasedUntil">Until when nobody but who writes it sends it.</param>
    public Write Write(DateTimeOffset leasedUntil) => new Write.Create(
        OutboxDocuments.New(Spans.TraceParent is { } span ? this with { TraceParent = span } : this, leasedUntil))
    {
        OnlyFor = OnlyFor,
    };
}

/// <summary>One attempt to send an event.</summary>
/// <param name="At">When it began.</param>
/// <param name="Status">The HTTP status that came back; null when none did.</param>
/// <param name="Failure">Why none did, in a word; null when one did.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record Attempt(DateTimeOffset At, int? Status, string? Failure, long Milliseconds);

/// <summary>The events of one stream to one target: what is sent one after the other.</summary>
/// <param name="Partition">Where they are stored.</param>
/// <param name="Status">The status that they share while they wait.</param>
/// <param name="Account">Whose they are, which has only so many on their way at once.</param>
/// <param name="Host">The target's host and port, which is sent only so much at once.</param>
public sealed record Lane(string Partition, string Status, string Account, string Host)
{
    /// <summary>Whether its events are only passed on inside: its host is a name then, and no target.</summary>
    public bool IsInside { get; init; }
}
