using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>The account's sessions of all APIs, to look at and to close.</summary>
public sealed class OperatorFunctions(OperatorSurface surface, SessionDirectory sessions)
{
    private const string Collection = "operator/sessions";
    private const string Item = Collection + "/{id}";

    /// <summary>Lists the sessions, newest first.</summary>
    [Function("Operator_ListSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var query = call.Request.Query;
            var filter = SessionFilter.Read(query);
            var cursor = SessionFilter.One(query, "cursor");
            var page = await sessions.List(call, filter, SessionFilter.PageSize(query), cursor);
            return Answer.Json(StatusCodes.Status200OK, page, OperatorJson.Default.SessionPage);
        });

    /// <summary>Fetches one session.</summary>
    [Function("Operator_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call => await Show(call, await sessions.Find(call, call.Route("id"))));

    /// <summary>Closes a session as its own API would.</summary>
    [Function("Operator_CloseSession")]
    public Task<IResult> Close(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item + "/close")] HttpRequest request) =>
        surface.Run(request, async call => await Show(call, await sessions.Close(call, call.Route("id"))));

    private async ValueTask<IResult> Show(Call call, Document session) => Answer
        .Json(StatusCodes.Status200OK, await sessions.View(call, session), OperatorJson.Default.SessionView)
        .WithVersion(session.ETag);
}
