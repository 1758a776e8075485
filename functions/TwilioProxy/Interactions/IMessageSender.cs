using Sessions.Http.Accounts;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>How the application's own messages leave: written with the Interaction that tells of them.</summary>
public interface IMessageSender
{
    /// <summary>
    /// The events to commit with a new MessageInteraction, which is queued then; none leaves it at that.
    /// </summary>
    IReadOnlyList<OutboxEvent> Send(OutgoingMessage message);
}

/// <summary>A message of the application to a participant.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Service">The Service.</param>
/// <param name="Interaction">Its Interaction's document.</param>
/// <param name="Participant">Whom it goes to, from the participant's own proxy number.</param>
/// <param name="Body">The text; empty when there is media only.</param>
/// <param name="Media">Addresses of media.</param>
/// <param name="At">The moment.</param>
public sealed record OutgoingMessage(
    Account Account,
    Stored<ProxyService> Service,
    Document Interaction,
    Participant Participant,
    string Body,
    IReadOnlyList<string> Media,
    DateTimeOffset At);
