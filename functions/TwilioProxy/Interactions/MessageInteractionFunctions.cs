using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Messages of the application to a Participant. Source: https://www.twilio.com/docs/proxy/api/message-interaction
/// </summary>
public sealed class MessageInteractionFunctions(
    ProxySurface surface,
    ProxyLists lists,
    ServiceDirectory services,
    SessionDirectory sessions,
    MessageCreation creation,
    IDocumentStore store)
{


    /// <summary>Sends a message to a Participant.</summary>
    [Function("TwilioProxy_CreateMessageInteraction")]
    public Task<IResult> Create(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await services.Find(exchange, exchange.Route("serviceSid"));
            var message = NewMessage.Read(await exchange.Form());
            return Show(exchange, StatusCodes.Status201Created, await creation.Create(exchange, service, message));
        });

    /// <summary>Fetches a message.</summary>
    [Function("TwilioProxy_FetchMessageInteraction")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions/{messageInteractionSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await services.Find(exchange, exchange.Route("serviceSid"));
            var sid = exchange.Route("messageInteractionSid");
            var read = Sids.Is(Sids.Interaction, sid)
                ? (await store.Read(SessionDirectory.PartitionOf(exchange), sid, exchange.Aborted)).OrNull()
                : null;
            return IsHere(exchange, InteractionDocuments.Kind.Open(read)?.Body)
                ? Show(exchange, StatusCodes.Status200OK, read!)
                : throw ProxyErrors.NotFound($"{PathOf(exchange)}/{sid}");
        });

    /// <summary>Lists the messages to a Participant, newest first.</summary>
    [Function("TwilioProxy_ListMessageInteraction")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await services.Find(exchange, exchange.Route("serviceSid"));
            var session = await sessions.Read(exchange);
            var participant = ParticipantDirectory.Find(exchange, session, exchange.Route("participantSid"));
            var source = new ListSource(
                session.Document.Partition, InteractionDocuments.Messages.Name, Status: participant.Sid);
            var (page, meta) = await lists.Read(exchange, source, "interactions", PathOf(exchange));
            var resources = page.Documents.Select(
                document => Resource(exchange, document, InteractionDocuments.Messages.Open(document)!.Body));
            var list = new MessageInteractionList([.. resources], meta);
            return ProxySurface.Reply(exchange, StatusCodes.Status200OK, list, ProxyJson.Wire.MessageInteractionList);
        });

    private static bool IsHere(Exchange exchange, Interaction? interaction) =>
        interaction is { IsFromApplication: true }
        && interaction.SessionSid == exchange.Route("sessionSid")
        && interaction.Outbound.ParticipantSid == exchange.Route("participantSid");

    private static string PathOf(Exchange exchange) => $"/Services/{exchange.Route("serviceSid")}/Sessions/"
        + $"{exchange.Route("sessionSid")}/Participants/{exchange.Route("participantSid")}/MessageInteractions";

    private MessageInteractionResource Resource(Exchange exchange, Document document, Interaction interaction)
    {
        var url = surface.UrlOf(exchange, $"{PathOf(exchange)}/{InteractionDocuments.SidOf(document)}");
        return MessageInteractionResource.Of(document, interaction, exchange, url);
    }

    private Answer Show(Exchange exchange, int status, Document document)
    {
        var interaction = InteractionDocuments.Kind.Open(document)!.Body;
        return ProxySurface
            .Reply(
                exchange, status, Resource(exchange, document, interaction), ProxyJson.Wire.MessageInteractionResource)
            .WithVersion(document.ETag);
    }
}
