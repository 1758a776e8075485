using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What happened in a Session. Source: https://www.twilio.com/docs/proxy/api/interaction</summary>
public sealed class InteractionFunctions(
    ProxySurface surface, ProxyLists lists, ServiceDirectory services, SessionDirectory sessions, IDocumentStore store)
{
    /// <summary>Fetches an Interaction.</summary>
    [Function("TwilioProxy_FetchInteraction")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions/{interactionSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var interaction = await Find(exchange);
            return ProxySurface
                .Reply(
                    exchange,
                    StatusCodes.Status200OK,
                    Resource(exchange, interaction.Document),
                    ProxyJson.Wire.InteractionResource)
                .WithVersion(interaction.Version);
        });

    /// <summary>Lists a Session's Interactions, newest first.</summary>
    [Function("TwilioProxy_ListInteraction")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await services.Find(exchange, exchange.Route("serviceSid"));
            var session = await sessions.Read(exchange);
            var path = $"/Services/{service.Document.Id}/Sessions/{session.Document.Id}/Interactions";
            var source = new ListSource(
                session.Document.Partition, InteractionDocuments.Kind.Name, Status: session.Document.Id);
            var (page, meta) = await lists.Read(exchange, source, "interactions", path);
            var list = new InteractionList([.. page.Documents.Select(document => Resource(exchange, document))], meta);
            return ProxySurface.Reply(exchange, StatusCodes.Status200OK, list, ProxyJson.Wire.InteractionList);
        });

    /// <summary>Deletes an Interaction.</summary>
    [Function("TwilioProxy_DeleteInteraction")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions/{interactionSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var interaction = await Find(exchange);
            exchange.Request.RequireMatch(interaction.Version);
            var writes = InteractionDocuments.Delete(interaction.Document);
            var commit = (await store.Commit(interaction.Document.Partition, writes, exchange.Aborted)).OrFault();
            return commit.Outcome == StoreOutcome.Done
                ? ProxySurface.Deleted(exchange)
                : throw new StoreFaultException(StoreOutcome.PreconditionFailed);
        });

    private async ValueTask<Stored<Interaction>> Find(Exchange exchange)
    {
        await services.Find(exchange, exchange.Route("serviceSid"));
        var sid = exchange.Route("interactionSid");
        var read = Sids.Is(Sids.Interaction, sid) && Sids.Is(Sids.Session, exchange.Route("sessionSid"))
            ? (await store.Read(SessionDirectory.PartitionOf(exchange), sid, exchange.Aborted)).OrNull()
            : null;
        return InteractionDocuments.Kind.Open(read) is { } found && found.Body.SessionSid == exchange.Route(
            "sessionSid")
            ? found
            : throw ProxyErrors.NotFound(PathOf(exchange, sid));
    }

    private InteractionResource Resource(Exchange exchange, Document document) => InteractionResource.Of(
        document,
        InteractionDocuments.Kind.Open(document)!.Body,
        exchange,
        surface.UrlOf(exchange, PathOf(exchange, document.Id)));

    private static string PathOf(Exchange exchange, string sid) =>
        $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}/Interactions/{sid}";
}
