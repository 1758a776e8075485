using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Brings a contact to the partner in its Session, or to the application when it has none.</summary>
public sealed partial class InboundTraffic
{
    private readonly Whereabouts _whereabouts;
    private readonly InboundRecording _recording;
    private readonly OutOfSession _outOfSession;
    private readonly ApplicationCalls _application;
    private readonly ILogger<InboundTraffic> _log;

    internal InboundTraffic(
        Whereabouts whereabouts,
        InboundRecording recording,
        OutOfSession outOfSession,
        ApplicationCalls application,
        ILogger<InboundTraffic> log) =>
        (_whereabouts, _recording, _outOfSession, _application, _log) =
        (whereabouts, recording, outOfSession, application, log);

    /// <summary>What the carrier is told.</summary>
    internal async ValueTask<IResult> Receive(Call call, Stored<ProxyService> service, Contact contact)
    {
        if (contact.IsOptOut)
        {
            return Declined(call, contact, 80901);
        }

        if (await _whereabouts.Find(call, contact) is { } known)
        {
            return await Bring(call, service, contact, known);
        }

        return await _outOfSession.Ask(call, service, contact) switch
        {
            { Made: true } when await _whereabouts.Find(call, contact) is { } made =>
                await Bring(call, service, contact, made),
            { Answer: { } answer } => answer,
            var nothing => Declined(call, contact, nothing.Code),
        };
    }

    private async ValueTask<IResult> Bring(
        Call call, Stored<ProxyService> service, Contact contact, Whereabout known)
    {
        if (!InteractionType.Fits(contact.Type, known.Session.Body.Mode))
        {
            return Declined(call, contact, contact.Type == InteractionType.Voice ? 80911 : 80910);
        }

        if (known.Partner is not { } partner)
        {
            return Declined(call, contact, 80614);
        }

        var interaction = InboundRecording.New(call, contact, known, partner);
        if (await IsBlocked(call, service, interaction))
        {
            return Declined(call, contact, 80909);
        }

        return await _recording.Record(call, service, known, interaction)
            ? TwiMl.Forward(contact, partner)
            : Declined(call, contact, 80905);
    }

    // A 403 blocks; any other answer, or none, lets it through.
    private async ValueTask<bool> IsBlocked(Call call, Stored<ProxyService> service, Document interaction)
    {
        if (service.Body.InterceptCallbackUrl is not { } url)
        {
            return false;
        }

        var fields = InteractionCallbacks.Fields(
            call.Account, service.Document.Id, InteractionDocuments.Kind.Open(interaction)!);
        var answer = await _application.Ask(call.Account, url, fields, call.Aborted);
        return (int?)answer?.Status == StatusCodes.Status403Forbidden;
    }

    private Answer Declined(Call call, Contact contact, int code)
    {
        LogDeclined(call.Request.HttpContext.TraceIdentifier, contact.Type, code);
        return TwiMl.Decline(contact);
    }

    [LoggerMessage(31, LogLevel.Information, "Request {RequestId}: a {Type} is not passed on, see Twilio's {Code}")]
    private partial void LogDeclined(string requestId, string type, int code);
}
