using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What happened in a Session. Source: https://www.twilio.com/docs/proxy/api/interaction</summary>
public sealed class InteractionFunctions(
    ProxySurface surface, ProxyLists lists, ServiceDirectory services, SessionDirectory sessions, IDocumentStore store)
{
    private const string Collection = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions";
    private const string Item = Collection + "/{interactionSid}";

    /// <summary>Fetches an Interaction.</summary>
    [Function("TwilioProxy_FetchInteraction")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var interaction = await Find(call);
            return ProxySurface
                .Reply(
                    call,
                    StatusCodes.Status200OK,
                    Resource(call, interaction.Document),
                    ProxyJson.Wire.InteractionResource)
                .WithVersion(interaction.Version);
        });

    /// <summary>Lists a Session's Interactions, newest first.</summary>
    [Function("TwilioProxy_ListInteraction")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var session = await sessions.Read(call);
            var path = $"/Services/{service.Document.Id}/Sessions/{session.Document.Id}/Interactions";
            var source = new ListSource(
                session.Document.Partition, InteractionDocuments.Kind.Name, Status: session.Document.Id);
            var (page, meta) = await lists.Read(call, source, "interactions", path);
            var list = new InteractionList([.. page.Documents.Select(document => Resource(call, document))], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.InteractionList);
        });

    /// <summary>Deletes an Interaction.</summary>
    [Function("TwilioProxy_DeleteInteraction")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var interaction = await Find(call);
            call.Request.RequireMatch(interaction.Version);
            var writes = InteractionDocuments.Delete(interaction.Document);
            var commit = (await store.Commit(interaction.Document.Partition, writes, call.Aborted)).OrFault();
            return commit.Outcome == StoreOutcome.Done
                ? ProxySurface.Deleted(call)
                : throw new StoreFaultException(StoreOutcome.PreconditionFailed);
        });

    private async ValueTask<Stored<Interaction>> Find(Call call)
    {
        await services.Find(call, call.Route("serviceSid"));
        var sid = call.Route("interactionSid");
        var read = Sids.Is(Sids.Interaction, sid) && Sids.Is(Sids.Session, call.Route("sessionSid"))
            ? (await store.Read(SessionDirectory.PartitionOf(call), sid, call.Aborted)).OrNull()
            : null;
        return InteractionDocuments.Kind.Open(read) is { } found && found.Body.SessionSid == call.Route("sessionSid")
            ? found
            : throw ProxyErrors.NotFound(PathOf(call, sid));
    }

    private InteractionResource Resource(Call call, Document document) => InteractionResource.Of(
        document,
        InteractionDocuments.Kind.Open(document)!.Body,
        call,
        surface.UrlOf(call, PathOf(call, document.Id)));

    private static string PathOf(Call call, string sid) =>
        $"/Services/{call.Route("serviceSid")}/Sessions/{call.Route("sessionSid")}/Interactions/{sid}";
}
