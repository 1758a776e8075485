using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http;

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
