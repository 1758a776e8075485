using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

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
