using Sessions.Http.Accounts;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Posts messages to a webhook that passes them on to a carrier (<c>Messaging__WebhookUrl</c>): a form with the fields
/// of Twilio's Messages, signed like every callback. Any 2xx makes the message sent; when it is given up it has failed.
/// </summary>
/// <param name="target">The webhook.</param>
/// <param name="store">The store.</param>
/// <param name="credentials">The accounts, to sign for.</param>
public sealed class WebhookMessages(Uri target, IDocumentStore store, Credentials credentials)
    : IMessageSender, IOutboxSender
{
    private const string CallbackUrl = "callbackUrl";
    private const string ServiceSid = "serviceSid";
    private const string InteractionSid = "interactionSid";

    /// <inheritdoc/>
    public string Name => "twilio-proxy-message";

    /// <inheritdoc/>
    public IReadOnlyList<OutboxEvent> Send(OutgoingMessage message)
    {
        var interaction = InteractionDocuments.Kind.Open(message.Interaction)!;
        return
        [
            new()
            {
                Id = $"{message.Interaction.Id}-message",
                Partition = message.Interaction.Partition,
                Account = message.Account.Id,
                Stream = interaction.Body.SessionSid,
                Sender = Name,
                Target = target,
                ContentType = InteractionCallbacks.MediaType,
                Payload = InteractionCallbacks.Encode(Fields(message, interaction)),
                Properties = new Dictionary<string, string>
                {
                    [InteractionSid] = message.Interaction.Id,
                    [ServiceSid] = message.Service.Document.Id,
                    [CallbackUrl] = message.Service.Body.CallbackUrl ?? "",
                },
                At = message.At,
                Order = 1,
            },
        ];
    }

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now) =>
        CallbackSender.Request(told.Target, told.Payload, AccountOf(told));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, bool taken, DateTimeOffset now, CancellationToken cancellation)
    {
        var read = await store.Read(told.Partition, told.Properties[InteractionSid], cancellation);
        if (InteractionDocuments.Kind.Open(read.OrNull()) is not { } interaction)
        {
            return [];
        }

        var at = OutboxEvent.After(interaction.Document.Lifetime.UpdatedAt, now);
        var after = interaction.Document with
        {
            Lifetime = interaction.Document.Lifetime with { UpdatedAt = at },
            Body = InteractionDocuments.Kind.Seal(interaction.Body with
            {
                Outbound = interaction.Body.Outbound with { ResourceStatus = taken ? "sent" : "failed" },
            }),
        };
        return
        [
            .. InteractionDocuments.Replace(after),
            .. told.Properties[CallbackUrl] is { Length: > 0 } url
                ? [InteractionCallbacks.New(url, AccountOf(told), told.Properties[ServiceSid], after, at).Write()]
                : Array.Empty<Write>(),
        ];
    }

    private Account AccountOf(OutboxEvent told) =>
        credentials.Accounts.Single(account => account.Id == told.Account);

    private static IEnumerable<KeyValuePair<string, string>> Fields(
        OutgoingMessage message, Stored<Interaction> interaction) =>
    [
        new("AccountSid", message.Account.Sid),
        new("MessageSid", interaction.Body.Outbound.ResourceSid!),
        new("From", message.Participant.ProxyIdentifier),
        new("To", message.Participant.Identifier),
        new("Body", message.Body),
        .. message.Media.Select(media => KeyValuePair.Create("MediaUrl", media)),
    ];
}
