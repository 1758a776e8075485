using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.TwilioProxy;

/// <summary>
/// What a carrier calls for the numbers of a Service: Twilio's own form in, signed; TwiML out.
/// </summary>
public sealed class InboundFunctions(InboundSurface surface, ProxyReader reader, InboundTraffic traffic)
{
    /// <summary>Takes a message to a proxy number.</summary>
    [Function("TwilioProxy_ReceiveMessage")]
    public Task<IResult> Message(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/Inbound/Message")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await reader.Service(exchange);
            return await traffic.Receive(exchange, service, Contact.Message(await exchange.Form()));
        });

    /// <summary>Takes a call to a proxy number.</summary>
    [Function("TwilioProxy_ReceiveVoice")]
    public Task<IResult> Voice(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/Services/{serviceSid}/Inbound/Voice")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await reader.Service(exchange);
            return await traffic.Receive(exchange, service, Contact.Voice(await exchange.Form()));
        });
}
