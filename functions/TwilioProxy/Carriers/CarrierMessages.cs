using System.Globalization;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Sends messages through the account's carrier. The outbox tries at least once, and a carrier's API takes no key that
/// would make two requests one. So who cannot know that nobody has asked the carrier before looks the text up, and
/// sends it only when it is not there: a text that may have gone out is never sent again blindly.
/// </summary>
internal sealed partial class CarrierMessages(
    Carriers carriers,
    Reader reader,
    Changes changes,
    InteractionKind interactions,
    MessageInteractionKind messages,
    Credentials credentials,
    OutcomeAddresses outcomes,
    OutboxSettings outbox,
    ILogger<CarrierMessages> log) : IOutboxRelay
{
    private const int OthersRead = 100;
    private const int AttemptsThatLookOnly = 2;

    /// <inheritdoc/>
    public string Name => "twilio-proxy-carrier";

    /// <summary>By then its Interaction says what became of it, and the text may have gone out.</summary>
    public bool MayBeRepeated => false;

    /// <summary>The event of a message.</summary>
    public OutboxEvent Event(OutgoingMessage message, ICarrier carrier) =>
        message.Event(Name, carrier.Address, message.Fields());

    /// <inheritdoc/>
    public async ValueTask<Verdict> Pass(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = await Find(told, now, cancellation);
        if (found is null || carriers.Of(told.Account) is not { } carrier)
        {
            return found is null ? Verdict.Dropped : Verdict.GivenUp;
        }

        // The carrier has told of it, or an attempt has got its answer and no further.
        if (found.Body.Outbound is { IsCarriers: true } or { ResourceStatus: not OutcomeRules.Queued })
        {
            return Verdict.Taken;
        }

        try
        {
            var sent = await Send(carrier, told, found, now, cancellation);
            await Follow(told, found, OutcomeOf(sent), now, cancellation);
            return Verdict.Taken;
        }
        catch (CarrierException refusal) when (refusal.Kind is CarrierFailure.Refused)
        {
            LogRefused(told.Id, told.Account, refusal.Code);
            await Follow(told, found, Failed(CodeOf(refusal.Code)), now, cancellation);
            return Verdict.Taken;
        }
        catch (CarrierException failure)
        {
            LogNoAnswer(told.Id, told.Account, told.Attempts, failure.Kind, failure.Code);
            return Verdict.Retry;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation)
    {
        if (verdict is not (Verdict.GivenUp or Verdict.Gone) || await Find(told, now, cancellation) is not { } found)
        {
            return [];
        }

        // After a day without an answer it may have gone out all the same, and the carrier may still say so.
        var outcome = told.Attempts > 1 ? new(found.Body.Type, OutcomeRules.DeliveryUnknown) : Failed(code: null);
        var decision = OutcomeRules.Follow(found, outcome, ListenerOf(told), now);
        return new Draft(decision, null, overOld: false, now, outbox.FirstLease).Writes;
    }

    private async ValueTask<SentText> Send(
        ICarrier carrier,
        OutboxEvent told,
        State<Interaction> interaction,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        var form = Form.Parse(told.Payload.Span);
        var text = new CarrierText(
            form.One("To")!,
            form.One("From")!,
            form.One("Body") ?? "",
            form.All("MediaUrl"),
            new(outcomes.Of(told.Properties[SentMessage.ServiceSid], interaction.Id).Message));

        // A new event is its writer's alone for so long, so its first attempt is the first that there is.
        var isFirst = told.Attempts == 1 && now < told.At + outbox.FirstLease;
        if (isFirst)
        {
            return await carrier.Send(text, cancellation);
        }

        // The list may be behind. The next attempt but one comes half a minute later: what is not there then is not.
        return await LookUp(carrier, text, told, interaction, now, cancellation) is { } there ? there
            : told.Attempts <= AttemptsThatLookOnly ? throw new CarrierException(CarrierFailure.Busy, "not_listed")
            : await carrier.Send(text, cancellation);
    }

    // Texts of one participant that say the same are told apart by the SIDs that are known already.
    private async ValueTask<SentText?> LookUp(
        ICarrier carrier,
        CarrierText text,
        OutboxEvent told,
        State<Interaction> interaction,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        var query = new ListQuery(interaction.Partition, messages.Name, OthersRead)
        {
            Index = interaction.Body.Outbound.ParticipantSid,
        };
        var others = await reader.List(messages, query, now, cancellation);
        var known = others.Select(other => other.Body.Outbound.ResourceSid).OfType<string>().ToHashSet();
        var found = await carrier.Find(text, told.At, known, cancellation);
        LogLookedUp(told.Id, told.Account, found is not null);
        return found;
    }

    private ValueTask<State<Interaction>?> Find(
        OutboxEvent told, DateTimeOffset now, CancellationToken cancellation) => reader.Find(
        interactions, told.Partition, told.Properties[SentMessage.InteractionSid], now, cancellation);

    // By the time that the carrier has answered its callback may have said more.
    private async ValueTask Follow(
        OutboxEvent told,
        State<Interaction> found,
        Outcome outcome,
        DateTimeOffset now,
        CancellationToken cancellation) => await changes.Change(
            new Command(now, cancellation), interactions.At(found.Partition, found.Id), (seen, at) => seen is null
                ? Decision.Keep(found)
                : OutcomeRules.Follow(seen, outcome, ListenerOf(told), at));

    private Listener? ListenerOf(OutboxEvent told) => told.Properties[SentMessage.CallbackUrl] is { Length: > 0 } url
        ? new(
            url,
            credentials.Accounts.Single(account => account.Id == told.Account),
            told.Properties[SentMessage.ServiceSid])
        : null;

    private static Outcome OutcomeOf(SentText sent)
    {
        var status = OutcomeRules.WordOf(sent.Status);
        return new(
            InteractionType.Message,
            OutcomeRules.Knows(InteractionType.Message, status) ? status : OutcomeRules.Queued,
            Sids.Shown(Sids.Message, sent.Sid))
        {
            ErrorCode = CodeOf(sent.ErrorCode),
        };
    }

    private static Outcome Failed(int? code) => new(InteractionType.Message, OutcomeRules.Failed) { ErrorCode = code };

    private static int? CodeOf(string? code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [LoggerMessage(34, LogLevel.Information,
        "Event {Event}: the carrier of account {Account} refuses the text, {Code}")]
    private partial void LogRefused(string @event, string account, string code);

    [LoggerMessage(35, LogLevel.Warning,
        "Event {Event}: the carrier of account {Account} gave no answer to attempt {Attempt}, {Kind} {Code}")]
    private partial void LogNoAnswer(string @event, string account, int attempt, CarrierFailure kind, string code);

    [LoggerMessage(36, LogLevel.Information,
        "Event {Event}: looked up at the carrier of account {Account}, the text was there: {Found}")]
    private partial void LogLookedUp(string @event, string account, bool found);
}
