using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>The account's sessions of all APIs, to look at and to close.</summary>
public sealed class OperatorFunctions(
    OperatorSurface surface, SessionDirectory sessions, TimelineDirectory timelines)
{
    /// <summary>Lists the sessions, newest first.</summary>
    [Function("Operator_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/sessions")] HttpRequest request) =>
        surface.Run(request, SessionFilter.Parameters, async exchange =>
        {
            var query = exchange.Request.Query;
            var filter = SessionFilter.Read(query);
            var cursor = OperatorQuery.One(query, "cursor");
            var page = await sessions.List(exchange, filter, OperatorQuery.PageSize(query), cursor);
            return Answer.Json(StatusCodes.Status200OK, page, OperatorJson.Default.SessionPage);
        });

    /// <summary>Fetches one session.</summary>
    [Function("Operator_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/sessions/{id}")]
        HttpRequest request) =>
        surface.Run(
            request, [], async exchange => await Show(exchange, await sessions.Find(exchange, exchange.Route("id"))));

    /// <summary>Closes a session as its own API would.</summary>
    [Function("Operator_CloseSession")]
    public Task<IResult> Close(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "operator/sessions/{id}/close")]
        HttpRequest request) =>
        surface.Run(
            request, [], async exchange => await Show(exchange, await sessions.Close(exchange, exchange.Route("id"))));

    /// <summary>
    /// Finds sessions by an id of their own API or of this one, by a name, or by a telephone number: by a body, since a
    /// number must not end in anybody's log.
    /// </summary>
    [Function("Operator_FindSessions")]
    public Task<IResult> Find(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "operator/sessions/find")] HttpRequest request) =>
        surface.Run(request, [], async exchange =>
        {
            var asked = (await exchange.Json(OperatorJson.Default.FindBody)).Checked();
            exchange.Caller.Require(asked.AllAccounts is true ? OperatorSurface.Installation : null);
            var found = await sessions.Search(exchange, asked.Text!, asked.AllAccounts is true);
            return Answer.Json(StatusCodes.Status200OK, found, OperatorJson.Default.SessionsFound);
        });

    /// <summary>Tells what has happened to a session, the oldest first, with the events that were told.</summary>
    [Function("Operator_ShowTimeline")]
    public Task<IResult> Timeline(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/sessions/{id}/timeline")]
        HttpRequest request) =>
        surface.Run(request, [], async exchange => Answer.Json(
            StatusCodes.Status200OK,
            await timelines.Of(exchange, exchange.Route("id")),
            OperatorJson.Default.TimelineView));

    private async ValueTask<IResult> Show(Exchange exchange, Document session) => Answer
        .Json(StatusCodes.Status200OK, await sessions.View(exchange, session), OperatorJson.Default.SessionView)
        .WithVersion(session.ETag);
}
