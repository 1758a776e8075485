using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>What the account's targets are told, to look at and to send again.</summary>
public sealed class EventFunctions(OperatorSurface surface, EventDirectory events)
{
    /// <summary>Lists the events, newest first.</summary>
    [Function("Operator_ListEvents")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/events")] HttpRequest request) =>
        surface.Run(request, EventFilter.Parameters, async exchange =>
        {
            var query = exchange.Request.Query;
            var page = await events.List(
                exchange, EventFilter.Read(query), OperatorQuery.PageSize(query), OperatorQuery.One(query, "cursor"));
            return Answer.Json(StatusCodes.Status200OK, page, OperatorJson.Default.EventPage);
        });

    /// <summary>Fetches one event with its attempts.</summary>
    [Function("Operator_FetchEvent")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/events/{id}")]
        HttpRequest request) =>
        surface.Run(request, [], async exchange =>
            Show(events.View(exchange, await events.Find(exchange, exchange.Route("id")))));

    private static Answer Show(EventView view) =>
        Answer.Json(StatusCodes.Status200OK, view, OperatorJson.Default.EventView);
}
