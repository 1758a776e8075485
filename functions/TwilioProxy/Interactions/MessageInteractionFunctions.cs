using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Messages of the application to a Participant. Source: https://www.twilio.com/docs/proxy/api/message-interaction
/// </summary>
public sealed class MessageInteractionFunctions(
    ProxySurface surface,
    InteractionKind interactions,
    MessageInteractionKind messages,
    ProxyReader proxy,
    Reader reader,
    ProxyLists lists,
    OutgoingMessages outgoing,
    Changes changes,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Sends a message to a Participant: Session, Interaction and what tells of it in one commit.</summary>
    [Function("TwilioProxy_CreateMessageInteraction")]
    public Task<IResult> Create(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteInteractions, async exchange =>
        {
            var service = await proxy.Service(exchange);
            var message = NewMessage.Read(await exchange.Form());
            var sid = Sids.Of(Sids.Interaction, ids.Next(exchange.Now));
            var messageSid = outgoing.AreNamedByCarrier(exchange.Account) ? null : Sids.Of(Sids.Message, ids.Next());
            return Show(exchange, StatusCodes.Status201Created, await changes.Change(
                await exchange.Command(), Sending(exchange), (session, now) =>
                {
                    var to = NewMessage.RequireRecipient(session, ProxyReader.Participant(exchange, session));
                    var body = message.For(session, to, messageSid);

                    // At the moment that it is told at, so that what comes of it is told after it.
                    var at = OutboxEvent.After(session.UpdatedAt, now);
                    var interaction = interactions.New(session, sid, body, now).To(body, at);
                    return Decision.To(interaction)
                        .And(SessionRules.Interact(session, at))
                        .Telling(InteractionCallbacks.Of(service, exchange.Account, interaction, at))
                        .Telling(outgoing.Send(new(exchange.Account, service, interaction, to, message, at)));
                }));
        });

    /// <summary>Fetches a message.</summary>
    [Function("TwilioProxy_FetchMessageInteraction")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions/{messageInteractionSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadInteractions, async exchange =>
        {
            await proxy.Service(exchange);
            var sid = exchange.Route("messageInteractionSid");
            var found = Sids.Is(Sids.Interaction, sid)
                ? await reader.Find(
                    interactions, ProxyReader.PartitionOf(exchange), sid, exchange.Now, exchange.Aborted)
                : null;
            return IsHere(exchange, found?.Body)
                ? Show(exchange, StatusCodes.Status200OK, found!)
                : throw ProxyErrors.NotFound($"{PathOf(exchange)}/{sid}");
        });

    /// <summary>Lists the messages to a Participant, newest first.</summary>
    [Function("TwilioProxy_ListMessageInteraction")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadInteractions, async exchange =>
        {
            await proxy.Service(exchange);
            var session = await proxy.Session(exchange, exchange.Now);
            var participant = ProxyReader.Participant(exchange, session);
            var source = ListSource.Of(messages, session.Partition, index: participant.Sid);
            var (page, meta) = await lists.Read(exchange, source, "interactions", PathOf(exchange));
            var list = new MessageInteractionList([.. page.Select(message => Resource(exchange, message))], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.MessageInteractionList);
        });

    private Subject<State<ProxySession>, Interaction> Sending(Exchange exchange)
    {
        var partition = ProxyReader.PartitionOf(exchange);
        return new Subject<State<ProxySession>, Interaction>(
            interactions, partition, now => proxy.Session(exchange, now))
        {
            Lane = exchange.Route("sessionSid"),
            VersionOf = session => session.Version,
        }.WithMadeBefore(
            store,
            exchange,
            $"{partition}:{exchange.Route("participantSid")}:interaction",
            id => Sids.Of(Sids.Interaction, id));
    }

    private static bool IsHere(Exchange exchange, Interaction? interaction) =>
        interaction is { IsFromApplication: true }
        && interaction.SessionSid == exchange.Route("sessionSid")
        && interaction.Outbound.ParticipantSid == exchange.Route("participantSid");

    private static string PathOf(Exchange exchange) => $"/Services/{exchange.Route("serviceSid")}/Sessions/"
        + $"{exchange.Route("sessionSid")}/Participants/{exchange.Route("participantSid")}/MessageInteractions";

    private MessageInteractionResource Resource(Exchange exchange, State<Interaction> message)
    {
        var url = surface.UrlOf(exchange, $"{PathOf(exchange)}/{MessageInteractionKind.SidOf(message)}");
        return MessageInteractionResource.Of(message, exchange, url);
    }

    private Answer Show(Exchange exchange, int status, State<Interaction> message) => Answer
        .Json(status, Resource(exchange, message), ProxyJson.Wire.MessageInteractionResource)
        .WithVersion(message.Version);
}
