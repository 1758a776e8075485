using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>What happened in a Session. Source: https://www.twilio.com/docs/proxy/api/interaction</summary>
public sealed class InteractionFunctions(
    ProxySurface surface,
    InteractionKind interactions,
    ProxyReader proxy,
    Reader reader,
    ProxyLists lists,
    Changes changes)
{
    /// <summary>Fetches an Interaction.</summary>
    [Function("TwilioProxy_FetchInteraction")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions/{interactionSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadInteractions, async exchange =>
        {
            await proxy.Service(exchange);
            var interaction = await Find(exchange, exchange.Now);
            return Answer
                .Json(
                    StatusCodes.Status200OK,
                    Resource(exchange, interaction),
                    ProxyJson.Wire.InteractionResource)
                .WithVersion(interaction.Version);
        });

    /// <summary>Lists a Session's Interactions, newest first.</summary>
    [Function("TwilioProxy_ListInteraction")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadInteractions, async exchange =>
        {
            var service = await proxy.Service(exchange);
            var session = await proxy.Session(exchange, exchange.Now);
            var path = $"/Services/{service.Id}/Sessions/{session.Id}/Interactions";
            var source = ListSource.Of(interactions, session.Partition, index: session.Id);
            var (page, meta) = await lists.Read(exchange, source, "interactions", path);
            var list = new InteractionList([.. page.Select(interaction => Resource(exchange, interaction))], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.InteractionList);
        });

    /// <summary>Deletes an Interaction.</summary>
    [Function("TwilioProxy_DeleteInteraction")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Interactions/{interactionSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteInteractions, async exchange =>
        {
            await proxy.Service(exchange);
            var interaction = new Subject<State<Interaction>, Interaction>(
                interactions, ProxyReader.PartitionOf(exchange), now => Find(exchange, now))
            {
                Lane = exchange.Route("interactionSid"),
                VersionOf = seen => seen.Version,
            };
            await changes.Remove(
                await exchange.Command(), interaction, (seen, _) => Decision.Remove(seen));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private async ValueTask<State<Interaction>> Find(Exchange exchange, DateTimeOffset now)
    {
        var (sid, session) = (exchange.Route("interactionSid"), exchange.Route("sessionSid"));
        var found = Sids.Is(Sids.Interaction, sid)
            ? await reader.Find(interactions, ProxyReader.PartitionOf(exchange), sid, now, exchange.Aborted)
            : null;
        return found?.Body.SessionSid == session ? found : throw ProxyErrors.NotFound(PathOf(exchange, sid));
    }

    private InteractionResource Resource(Exchange exchange, State<Interaction> interaction) => InteractionResource.Of(
        interaction, exchange, surface.UrlOf(exchange, PathOf(exchange, interaction.Id)));

    private static string PathOf(Exchange exchange, string sid) =>
        $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}/Interactions/{sid}";
}
