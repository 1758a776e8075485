using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>How one surface sends its events; each signs in its own way.</summary>
public interface IOutboxSender
{
    /// <summary>The name by which events ask for it, such as <c>bandwidth-webrtc</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The request for an event, made anew for each attempt. The headers of <see cref="StandardWebhooks"/> are added
    /// afterwards.
    /// </summary>
    /// <param name="told">The event; <see cref="OutboxEvent.Attempts"/> counts this attempt, too.</param>
    /// <param name="now">The moment of the attempt, UTC.</param>
    HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now);

    /// <summary>
    /// Whether an event is still worth sending, asked before each attempt. What is not wanted is dropped, and the next
    /// of its stream has its turn. Reads only what it must: this is on the way of every event.
    /// </summary>
    /// <param name="told">The event; <see cref="OutboxEvent.Attempts"/> counts this attempt, too.</param>
    /// <param name="now">The moment of the attempt, UTC.</param>
    /// <param name="cancellation">Ends the reads that this may need.</param>
    ValueTask<bool> IsWanted(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(true);

    /// <summary>What an answer means: any 2xx is a yes, 410 Gone a no for ever, all else a no for now.</summary>
    Verdict Judge(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? Verdict.Taken
        : response.StatusCode is System.Net.HttpStatusCode.Gone ? Verdict.Gone
        : Verdict.Retry;

    /// <summary>
    /// Further writes to the event's partition, in the commit that settles it. Asked again when one of them fails for
    /// its precondition.
    /// </summary>
    /// <param name="told">The event.</param>
    /// <param name="verdict">What became of it; not <see cref="Verdict.Retry"/>.</param>
    /// <param name="now">The moment of the commit, UTC.</param>
    /// <param name="cancellation">Ends the reads that this may need.</param>
    ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<Write>>([]);
}

/// <summary>What became of an attempt.</summary>
public enum Verdict
{
    /// <summary>The target took the event.</summary>
    Taken,

    /// <summary>Try again later.</summary>
    Retry,

    /// <summary>It will never be taken.</summary>
    GivenUp,

    /// <summary>It will never be taken, and no other either: the target has said that it is gone.</summary>
    Gone,

    /// <summary>Nobody wants it any more.</summary>
    Dropped,
}

/// <summary>
/// What takes events that are more than one request to a target: such as go on to other partitions of the store, to all
/// who have subscribed there, or have to be looked up first. They are passed on like any event: in the order of their
/// stream, and at least once.
/// </summary>
public interface IOutboxRelay
{
    /// <summary>The name by which events ask for it, as their <see cref="OutboxEvent.Sender"/>.</summary>
    string Name { get; }

    /// <summary>Passes an event on. May be called again for one that was passed on already.</summary>
    /// <param name="told">The event; its target names its lane and is not spoken to by the outbox.</param>
    /// <param name="now">The moment of the attempt, UTC.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    ValueTask<Verdict> Pass(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Whether one that was given up may be passed on again because somebody says so.</summary>
    bool MayBeRepeated => true;

    /// <summary>See <see cref="IOutboxSender.Afterwards"/>.</summary>
    ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<Write>>([]);
}
