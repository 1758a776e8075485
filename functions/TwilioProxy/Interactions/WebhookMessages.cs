using Sessions.Engine;
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

/// <summary>
/// Posts messages to a webhook that passes them on to a carrier (<c>Messaging__WebhookUrl</c>): a form with the fields
/// of Twilio's Messages, signed like every callback. Any 2xx makes the message sent; when it is given up it has failed.
/// </summary>
/// <param name="target">The webhook.</param>
/// <param name="reader">Reads what is told of.</param>
/// <param name="interactions">The kind of that.</param>
/// <param name="credentials">The accounts, to sign for.</param>
/// <param name="outbox">How events are sent.</param>
internal sealed class WebhookMessages(
    Uri target, Reader reader, InteractionKind interactions, Credentials credentials, OutboxSettings outbox)
    : IMessageSender, IOutboxSender
{
    private const string CallbackUrl = "callbackUrl";
    private const string ServiceSid = "serviceSid";
    private const string InteractionSid = "interactionSid";

    /// <inheritdoc/>
    public string Name => "twilio-proxy-message";

    /// <inheritdoc/>
    public IEnumerable<OutboxEvent> Send(OutgoingMessage message) =>
    [
        new()
        {
            Id = $"{message.Interaction.Id}-message",
            Partition = message.Interaction.Partition,
            Account = message.Account.Id,
            Stream = message.Interaction.Body.SessionSid,
            Sender = Name,
            Target = target,
            ContentType = InteractionCallbacks.MediaType,
            Payload = InteractionCallbacks.Encode(Fields(message)),
            Properties = new Dictionary<string, string>
            {
                [InteractionSid] = message.Interaction.Id,
                [ServiceSid] = message.Service.Id,
                [CallbackUrl] = message.Service.Body.CallbackUrl ?? "",
            },
            At = message.At,
            Order = 1,
        },
    ];

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now) =>
        CallbackSender.Request(told.Target, told.Payload, AccountOf(told));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = await reader.Find(
            interactions, told.Partition, told.Properties[InteractionSid], now, cancellation);
        return found is null
            ? []
            : new Draft(
                Settled(told, found, verdict is Verdict.Taken, now), null, overOld: false, now, outbox.FirstLease)
                .Writes;
    }

    private Decision<Interaction> Settled(
        OutboxEvent told, State<Interaction> interaction, bool taken, DateTimeOffset now)
    {
        var outcome = new Outcome(interaction.Body.Type, taken ? "sent" : "failed");
        var listener = told.Properties[CallbackUrl] is { Length: > 0 } url
            ? new Listener(url, AccountOf(told), told.Properties[ServiceSid])
            : null;
        return OutcomeRules.Follow(interaction, outcome, listener, now);
    }

    private Account AccountOf(OutboxEvent told) =>
        credentials.Accounts.Single(account => account.Id == told.Account);

    private static IEnumerable<KeyValuePair<string, string>> Fields(OutgoingMessage message) =>
    [
        new("AccountSid", message.Account.Sid),
        new("MessageSid", message.Interaction.Body.Outbound.ResourceSid!),
        new("From", message.Participant.ProxyIdentifier),
        new("To", message.Participant.Identifier),
        new("Body", message.Message.Body),
        .. message.Message.Media.Select(media => KeyValuePair.Create("MediaUrl", media)),
    ];
}
