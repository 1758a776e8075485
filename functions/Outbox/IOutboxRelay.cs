using Sessions.Storage;

namespace Sessions.Outbox;

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
