using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>No carrier is connected: messages stay queued in their Interactions, for whoever reads those.</summary>
public sealed class QueuedMessages : IMessageSender
{
    /// <inheritdoc/>
    public IReadOnlyList<OutboxEvent> Send(OutgoingMessage message) => [];
}
