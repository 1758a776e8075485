using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>Brings a contact to the partner in its Session, or to the application when it has none.</summary>
public sealed partial class InboundTraffic
{
    private readonly Whereabouts _whereabouts;
    private readonly InboundRecording _recording;
    private readonly OutOfSession _outOfSession;
    private readonly ApplicationCalls _application;
    private readonly OutcomeAddresses _outcomes;
    private readonly ILogger<InboundTraffic> _log;

    internal InboundTraffic(
        Whereabouts whereabouts,
        InboundRecording recording,
        OutOfSession outOfSession,
        ApplicationCalls application,
        OutcomeAddresses outcomes,
        ILogger<InboundTraffic> log)
    {
        (_whereabouts, _recording, _outOfSession) = (whereabouts, recording, outOfSession);
        (_application, _outcomes, _log) = (application, outcomes, log);
    }

    /// <summary>What the carrier is told.</summary>
    internal async ValueTask<IResult> Receive(Exchange exchange, State<ProxyService> service, Contact contact)
    {
        if (contact.IsOptOut)
        {
            return Declined(exchange, contact, 80901);
        }

        if (await _whereabouts.Find(exchange, contact) is { } known)
        {
            return await Bring(exchange, service, contact, known);
        }

        return await _outOfSession.Ask(exchange, service, contact) switch
        {
            { Made: true } when await _whereabouts.Find(exchange, contact) is { } made =>
                await Bring(exchange, service, contact, made),
            { Answer: { } answer } => answer,
            var nothing => Declined(exchange, contact, nothing.Code),
        };
    }

    private async ValueTask<IResult> Bring(
        Exchange exchange, State<ProxyService> service, Contact contact, Whereabout known)
    {
        if (!InteractionType.Fits(contact.Type, known.Session.Body.Mode))
        {
            return Declined(exchange, contact, contact.Type == InteractionType.Voice ? 80911 : 80910);
        }

        if (known.Partner is not { } partner)
        {
            return Declined(exchange, contact, 80614);
        }

        var interaction = _recording.New(exchange, contact, known, partner);
        if (await IsBlocked(exchange, service, interaction))
        {
            return Declined(exchange, contact, 80909);
        }

        try
        {
            if (await _recording.Record(exchange, service, known, interaction) is { } before
                && !RepeatRules.MayPassOn(before.Body, interaction.Body))
            {
                LogRepeated(exchange.Request.HttpContext.TraceIdentifier, contact.Type);
                return TwiMl.Nothing();
            }

            // No carrier brings a message into a chat; the application, which is told of it, does.
            return Address.IsChat(partner.Identifier)
                ? TwiMl.Decline(contact)
                : TwiMl.Forward(contact, partner, _outcomes.Of(exchange.Request, service.Id, interaction.Id));
        }
        catch (RefusedException refusal)
        {
            return Declined(exchange, contact, ProxyErrors.Of(refusal.Refusal).Code);
        }
    }

    // A 403 blocks; any other answer, or none, lets it through.
    private async ValueTask<bool> IsBlocked(
        Exchange exchange, State<ProxyService> service, State<Interaction> interaction)
    {
        if (service.Body.InterceptCallbackUrl is not { } url)
        {
            return false;
        }

        var fields = InteractionCallbacks.Fields(exchange.Account, service.Id, interaction);
        var answer = await _application.Ask(exchange.Account, url, fields, exchange.Aborted);
        return (int?)answer?.Status == StatusCodes.Status403Forbidden;
    }

    private Answer Declined(Exchange exchange, Contact contact, int code)
    {
        LogDeclined(exchange.Request.HttpContext.TraceIdentifier, contact.Type, code);
        return TwiMl.Decline(contact);
    }

    [LoggerMessage(32, LogLevel.Information, "Request {RequestId}: a {Type} that came before is not passed on again")]
    private partial void LogRepeated(string requestId, string type);

    [LoggerMessage(31, LogLevel.Information, "Request {RequestId}: a {Type} is not passed on, see Twilio's {Code}")]
    private partial void LogDeclined(string requestId, string type, int code);
}

/// <summary>
/// Whether a contact that is brought a second time is passed on a second time. A carrier asks again when it got no
/// answer, and carries out the answer of one attempt alone, so it must get the same one, or the contact is lost. But
/// whoever asks again for another reason, such as an application that sends a live call here twice, would have somebody
/// called twice, or a text sent twice.
/// </summary>
internal static class RepeatRules
{
    /// <summary>
    /// Nothing is passed on again once the carrier has told of it, and until then only a retry of the carrier's own,
    /// which bears the mark of the first attempt. Of a carrier that marks nothing a message is taken for a retry:
    /// better twice than never. A call is not: who called hears that it failed and calls again, and nobody is called
    /// for nothing.
    /// </summary>
    /// <param name="before">What was recorded the first time, as it is now.</param>
    /// <param name="again">What would be recorded now, if it were the first time.</param>
    public static bool MayPassOn(Interaction before, Interaction again) =>
        before.Outbound == again.Outbound
        && before.RetryKey == again.RetryKey
        && (again.Type == InteractionType.Message || again.RetryKey is not null);
}

/// <summary>Writes down a contact in its Session, with the event that tells the application.</summary>
internal sealed class InboundRecording(
    Reader reader, Changes changes, ProxySessionKind sessions, InteractionKind interactions)
{
    /// <summary>
    /// The Interaction of a contact. Its SID comes from the carrier's, so that a webhook which is called again records
    /// nothing twice.
    /// </summary>
    public State<Interaction> New(Exchange exchange, Contact contact, Whereabout known, Participant partner)
    {
        var partition = known.Session.Partition;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{partition}\n{contact.Type}\n{contact.ResourceSid}"));
        var resource = InteractionType.ResourceOf(contact.Type);
        var (inbound, outbound) = contact.Type == InteractionType.Voice
            ? ("in-progress", "initiated")
            : ("delivered", "queued");
        return interactions.New(
            known.Session,
            Sids.Of(Sids.Interaction, new Guid(digest.AsSpan(0, 16))),
            new()
            {
                SessionSid = known.Session.Id,
                Type = contact.Type,
                Data = contact.Data,
                Inbound = new(known.Participant.Sid, resource, contact.ResourceSid, inbound) { IsCarriers = true },
                Outbound = new(partner.Sid, resource, null, outbound),
                RetryKey = exchange.IdempotencyKey,
            },
            exchange.Now);
    }

    /// <summary>Records a contact; gives what was recorded of it before, or null when this is the first time.</summary>
    /// <exception cref="RefusedException">80905: the Session has ended or changed its people meanwhile.</exception>
    public async ValueTask<State<Interaction>?> Record(
        Exchange exchange, State<ProxyService> service, Whereabout known, State<Interaction> interaction)
    {
        var isRecorded = false;
        var (partition, sid) = (known.Session.Partition, known.Session.Id);
        var subject = new Subject<State<ProxySession>?, ProxySession>(
            sessions, partition, now => reader.Find(sessions, partition, sid, now, exchange.Aborted))
        {
            Lane = sid,
            Taken = (_, _) =>
            {
                isRecorded = true;
                return ValueTask.CompletedTask;
            },
        };
        await changes.Change(new Command(exchange.Now, exchange.Aborted), subject, (session, now) =>
        {
            if (session is not { Lifetime.Open: true } || !SamePeople(session.Body, known.Session.Body))
            {
                throw ProxyErrors.NoSessionForContact();
            }

            // At the moment that it is told at, so that what comes of it is told after it.
            var at = OutboxEvent.After(session.UpdatedAt, now);
            var recorded = interaction.To(interaction.Body, at);
            return isRecorded
                ? Decision.Keep(session)
                : Decision.To(SessionRules.Interact(session, at))
                    .And(recorded)
                    .Telling(InteractionCallbacks.Of(service, exchange.Account, recorded, at));
        });
        return isRecorded
            ? await reader.Find(interactions, partition, interaction.Id, exchange.Now, exchange.Aborted)
            : null;
    }

    private static bool SamePeople(ProxySession one, ProxySession other) =>
        one.Present.Select(participant => participant.Sid).SequenceEqual(other.Present.Select(each => each.Sid));
}
