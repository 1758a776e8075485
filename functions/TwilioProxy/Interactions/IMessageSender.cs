using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>How the application's own messages leave: written with the Interaction that tells of them.</summary>
public interface IMessageSender
{
    /// <summary>
    /// The events to commit with a new MessageInteraction, which is queued then; none leaves it at that.
    /// </summary>
    internal IEnumerable<OutboxEvent> Send(OutgoingMessage message);
}

/// <summary>A message of the application to a participant.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Service">The Service.</param>
/// <param name="Interaction">Its Interaction, as it is written in the same commit.</param>
/// <param name="Participant">Whom it goes to, from the participant's own proxy number.</param>
/// <param name="Message">What it says.</param>
/// <param name="At">The moment.</param>
internal sealed record OutgoingMessage(
    Account Account,
    State<ProxyService> Service,
    State<Interaction> Interaction,
    Participant Participant,
    NewMessage Message,
    DateTimeOffset At);

/// <summary>No carrier is connected: messages stay queued in their Interactions, for whoever reads those.</summary>
internal sealed class QueuedMessages : IMessageSender
{
    IEnumerable<OutboxEvent> IMessageSender.Send(OutgoingMessage message) => [];
}
