using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

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
    DateTimeOffset At)
{
    /// <summary>The event that takes it out, which the sender completes.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="target">Where to.</param>
    /// <param name="fields">What is sent.</param>
    public OutboxEvent Event(string sender, Uri target, IEnumerable<KeyValuePair<string, string>> fields) => new()
    {
        Id = $"{Interaction.Id}-message",
        Partition = Interaction.Partition,
        Account = Account.Id,
        Stream = Interaction.Body.SessionSid,
        Session = ShortId.Of(ProxySessionKind.KindName, Interaction.Body.SessionSid),
        Sender = sender,
        Target = target,
        ContentType = InteractionCallbacks.MediaType,
        Payload = InteractionCallbacks.Encode(fields),
        Properties = new Dictionary<string, string>
        {
            [SentMessage.InteractionSid] = Interaction.Id,
            [SentMessage.ServiceSid] = Service.Id,
            [SentMessage.CallbackUrl] = Service.Body.CallbackUrl ?? "",
        },
        At = At,
        Order = 1,
    };

    /// <summary>What every carrier must know of it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields() =>
    [
        new("From", Participant.ProxyIdentifier),
        new("To", Participant.Identifier),
        new("Body", Message.Body),
        .. Message.Media.Select(media => KeyValuePair.Create("MediaUrl", media)),
    ];
}

/// <summary>What the event of a message knows of it.</summary>
internal static class SentMessage
{
    public const string InteractionSid = "interactionSid";
    public const string ServiceSid = "serviceSid";
    public const string CallbackUrl = "callbackUrl";
}

/// <summary>
/// How the application's own messages leave, each account's in its way: through its carrier, to a webhook, or not at
/// all; then they stay queued in their Interactions, for whoever reads those.
/// </summary>
public sealed class OutgoingMessages
{
    private readonly Carriers _carriers;
    private readonly CarrierMessages _carrier;
    private readonly WebhookMessages _webhook;

    internal OutgoingMessages(Carriers carriers, CarrierMessages carrier, WebhookMessages webhook) =>
        (_carriers, _carrier, _webhook) = (carriers, carrier, webhook);

    /// <summary>Whether messages get their SIDs from the account's carrier, once it has taken them.</summary>
    internal bool AreNamedByCarrier(Account account) => _carriers.Of(account.Id) is not null;

    /// <summary>The events to commit with a new MessageInteraction, which is queued then.</summary>
    internal IEnumerable<OutboxEvent> Send(OutgoingMessage message) =>
        _carriers.Of(message.Account.Id) is { } carrier ? [_carrier.Event(message, carrier)]
        : _carriers.WebhookOf(message.Account.Id) is { } webhook ? [_webhook.Event(message, webhook)]
        : [];
}

/// <summary>
/// Posts messages to a webhook that passes them on to a carrier (<c>Messaging__WebhookUrl</c>, or an account's carrier
/// named <c>webhook</c>): a form with the fields of Twilio's Messages, signed like every callback. Any 2xx makes the
/// message sent; when it is given up it has failed.
/// </summary>
/// <param name="reader">Reads what is told of.</param>
/// <param name="interactions">The kind of that.</param>
/// <param name="credentials">The accounts, to sign for.</param>
/// <param name="carriers">What opens the webhook.</param>
/// <param name="outbox">How events are sent.</param>
internal sealed class WebhookMessages(
    Reader reader, InteractionKind interactions, Credentials credentials, Carriers carriers, OutboxSettings outbox)
    : IOutboxSender
{
    /// <inheritdoc/>
    public string Name => "twilio-proxy-message";

    /// <summary>The event of a message.</summary>
    public OutboxEvent Event(OutgoingMessage message, Uri webhook) => message.Event(Name, webhook,
    [
        new("AccountSid", message.Account.Sid),
        new("MessageSid", message.Interaction.Body.Outbound.ResourceSid!),
        .. message.Fields(),
    ]);

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now)
    {
        var request = CallbackSender.Request(told.Target, told.Payload, AccountOf(told));
        request.Headers.Authorization = told.Target == carriers.WebhookOf(told.Account)
            ? carriers.BasicOf(told.Account)
            : null;
        return request;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = await reader.Find(
            interactions, told.Partition, told.Properties[SentMessage.InteractionSid], now, cancellation);
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
        var listener = told.Properties[SentMessage.CallbackUrl] is { Length: > 0 } url
            ? new Listener(url, AccountOf(told), told.Properties[SentMessage.ServiceSid])
            : null;
        return OutcomeRules.Follow(interaction, outcome, listener, now);
    }

    private Account AccountOf(OutboxEvent told) =>
        credentials.Accounts.Single(account => account.Id == told.Account);
}
