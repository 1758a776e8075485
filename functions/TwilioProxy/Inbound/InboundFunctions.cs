using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.TwilioProxy;

/// <summary>
/// What a carrier calls for the numbers of a Service: Twilio's own form in, signed; TwiML out.
/// </summary>
public sealed class InboundFunctions(InboundSurface surface, ServiceDirectory services, InboundTraffic traffic)
{
    private const string Base = "v1/Services/{serviceSid}/Inbound";

    /// <summary>Takes a message to a proxy number.</summary>
    [Function("TwilioProxy_ReceiveMessage")]
    public Task<IResult> Message(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Base + "/Message")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            return await traffic.Receive(call, service, Contact.Message(await call.Form()));
        });

    /// <summary>Takes a call to a proxy number.</summary>
    [Function("TwilioProxy_ReceiveVoice")]
    public Task<IResult> Voice(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Base + "/Voice")] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            return await traffic.Receive(call, service, Contact.Voice(await call.Form()));
        });
}
