using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>What the account's targets are told, to look at and to send again.</summary>
public sealed class EventFunctions(
    OperatorSurface surface, EventDirectory events, EventRecovery recovery, TargetDirectory targets)
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
            Show(events.View(await events.Find(exchange, exchange.Route("id")))));

    /// <summary>Sends one event again, at once, whatever has become of it.</summary>
    [Function("Operator_ResendEvent")]
    public Task<IResult> Resend(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "operator/events/{id}/resend")]
        HttpRequest request) =>
        surface.Run(request, [], async exchange =>
            Show(events.View(await recovery.Resend(exchange, exchange.Route("id")))));

    /// <summary>
    /// Sends again, for a target that was down, what was given up and what waits for a later attempt: the oldest first.
    /// </summary>
    [Function("Operator_RecoverEvents")]
    public Task<IResult> Recover(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "operator/events/recover")] HttpRequest request) =>
        surface.Run(request, EventRecovery.Parameters, async exchange => Answer.Json(
            StatusCodes.Status200OK,
            await recovery.Recover(exchange, exchange.Request.Query),
            OperatorJson.Default.Recovered));

    /// <summary>Lists the targets that events went to or wait for, and how they are doing.</summary>
    [Function("Operator_ListTargets")]
    public Task<IResult> Targets(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/targets")] HttpRequest request) =>
        surface.Run(request, [], async exchange => Answer.Json(
            StatusCodes.Status200OK, await targets.List(exchange), OperatorJson.Default.TargetList));

    private static Answer Show(EventView view) =>
        Answer.Json(StatusCodes.Status200OK, view, OperatorJson.Default.EventView);
}
