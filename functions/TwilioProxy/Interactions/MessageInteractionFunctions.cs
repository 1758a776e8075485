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
    private const string Collection =
        "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}/MessageInteractions";

    private const string Item = Collection + "/{messageInteractionSid}";

    /// <summary>Sends a message to a Participant.</summary>
    [Function("TwilioProxy_CreateMessageInteraction")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var message = NewMessage.Read(await call.Form());
            return Show(call, StatusCodes.Status201Created, await creation.Create(call, service, message));
        });

    /// <summary>Fetches a message.</summary>
    [Function("TwilioProxy_FetchMessageInteraction")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var sid = call.Route("messageInteractionSid");
            var read = Sids.Is(Sids.Interaction, sid)
                ? (await store.Read(SessionDirectory.PartitionOf(call), sid, call.Aborted)).OrNull()
                : null;
            return IsHere(call, InteractionDocuments.Kind.Open(read)?.Body)
                ? Show(call, StatusCodes.Status200OK, read!)
                : throw ProxyErrors.NotFound($"{PathOf(call)}/{sid}");
        });

    /// <summary>Lists the messages to a Participant, newest first.</summary>
    [Function("TwilioProxy_ListMessageInteraction")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var session = await sessions.Read(call);
            var participant = ParticipantDirectory.Find(call, session, call.Route("participantSid"));
            var source = new ListSource(
                session.Document.Partition, InteractionDocuments.Messages.Name, Status: participant.Sid);
            var (page, meta) = await lists.Read(call, source, "interactions", PathOf(call));
            var resources = page.Documents.Select(
                document => Resource(call, document, InteractionDocuments.Messages.Open(document)!.Body));
            var list = new MessageInteractionList([.. resources], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.MessageInteractionList);
        });

    private static bool IsHere(Call call, Interaction? interaction) =>
        interaction is { IsFromApplication: true }
        && interaction.SessionSid == call.Route("sessionSid")
        && interaction.Outbound.ParticipantSid == call.Route("participantSid");

    private static string PathOf(Call call) => $"/Services/{call.Route("serviceSid")}/Sessions/"
        + $"{call.Route("sessionSid")}/Participants/{call.Route("participantSid")}/MessageInteractions";

    private MessageInteractionResource Resource(Call call, Document document, Interaction interaction)
    {
        var url = surface.UrlOf(call, $"{PathOf(call)}/{InteractionDocuments.SidOf(document)}");
        return MessageInteractionResource.Of(document, interaction, call, url);
    }

    private Answer Show(Call call, int status, Document document)
    {
        var interaction = InteractionDocuments.Kind.Open(document)!.Body;
        return ProxySurface
            .Reply(call, status, Resource(call, document, interaction), ProxyJson.Wire.MessageInteractionResource)
            .WithVersion(document.ETag);
    }
}
