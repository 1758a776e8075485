using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>
/// What a carrier calls to say what became of a message or a call: Twilio's own status callbacks, signed. They count
/// after the Session has closed, too, since a call ends after its Session was told to.
/// </summary>
public sealed class OutcomeFunctions(
    InboundSurface surface,
    ProxyReader proxy,
    Reader reader,
    ProxySessionKind sessions,
    InteractionKind interactions,
    Changes changes)
{
    /// <summary>Takes the status of a message.</summary>
    [Function("TwilioProxy_ReceiveMessageOutcome")]
    public Task<IResult> Message(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Outcomes/{interactionSid}/Message")]
        HttpRequest request) =>
        Take(request, Outcome.Message);

    /// <summary>Takes the status of a call that is dialled.</summary>
    [Function("TwilioProxy_ReceiveCallOutcome")]
    public Task<IResult> Call(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Outcomes/{interactionSid}/Call")]
        HttpRequest request) =>
        Take(request, Outcome.Call);

    /// <summary>Takes what became of a dialled call, and ends the caller's own: nothing comes after it.</summary>
    [Function("TwilioProxy_ReceiveDialOutcome")]
    public Task<IResult> Dial(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Outcomes/{interactionSid}/Dial")]
        HttpRequest request) =>
        Take(request, Outcome.Dial);

    private Task<IResult> Take(HttpRequest request, Func<Form, Outcome> read) =>
        surface.Run(request, async exchange =>
        {
            var service = await proxy.Service(exchange);
            var outcome = read(await exchange.Form());
            var interaction = new Subject<State<Interaction>, Interaction>(
                interactions, ProxyReader.PartitionOf(exchange), now => Find(exchange, outcome, now))
            {
                Lane = exchange.Route("interactionSid"),
            };
            await changes.Change(new Command(exchange.Now, exchange.Aborted), interaction, (seen, now) =>
                OutcomeRules.Follow(seen, outcome, Listener.Of(service, exchange.Account), now));
            return TwiMl.Nothing();
        });

    // What belonged to a Session that is deleted is deleted, too, though it lies here until the timer comes.
    private async ValueTask<State<Interaction>> Find(Exchange exchange, Outcome outcome, DateTimeOffset now)
    {
        var (partition, sid) = (ProxyReader.PartitionOf(exchange), exchange.Route("interactionSid"));
        var found = Sids.Is(Sids.Interaction, sid)
            ? await reader.Find(interactions, partition, sid, now, exchange.Aborted)
            : null;
        return found?.Body.Type == outcome.Type
            && await reader.Find(sessions, partition, found.Body.SessionSid, now, exchange.Aborted) is not null
                ? found
                : throw ProxyErrors.NotFound($"/Services/{exchange.Route("serviceSid")}/Outcomes/{sid}");
    }
}

/// <summary>
/// Where carriers tell what became of an Interaction: absolute, under the address that they reach the service by.
/// </summary>
internal sealed class OutcomeAddresses(PublicAddress address)
{
    /// <summary>The addresses of one Interaction.</summary>
    /// <param name="request">What it is made for, to know where this service is reached.</param>
    /// <param name="serviceSid">Its Service.</param>
    /// <param name="interactionSid">The Interaction.</param>
    public OutcomeUrls Of(HttpRequest request, string serviceSid, string interactionSid) =>
        Under(address.Of(request), serviceSid, interactionSid);

    /// <summary>The same where there is no request, but a carrier, which does not go without Public__BaseUrl.</summary>
    public OutcomeUrls Of(string serviceSid, string interactionSid) =>
        Under(address.Configured!, serviceSid, interactionSid);

    private static OutcomeUrls Under(string origin, string serviceSid, string interactionSid)
    {
        var under = $"{origin}/v1/Services/{serviceSid}/Outcomes/{interactionSid}";
        return new($"{under}/Message", $"{under}/Call", $"{under}/Dial");
    }
}

/// <summary>Where carriers tell what became of one Interaction.</summary>
/// <param name="Message">For the status of a message: its <c>StatusCallback</c>.</param>
/// <param name="Call">For the status of a call that is dialled.</param>
/// <param name="Dial">For what comes after it.</param>
internal sealed record OutcomeUrls(string Message, string Call, string Dial);
