using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>How much there is of everything.</summary>
public sealed class CountFunctions(OperatorSurface surface, Census census)
{
    /// <summary>Counts the account's sessions and events, as they were a few seconds ago at most.</summary>
    [Function("Operator_ShowCounts")]
    public Task<IResult> Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/counts")] HttpRequest request) =>
        surface.Run(request, [], async exchange => Answer.Json(
            StatusCodes.Status200OK, await census.Of(exchange), OperatorJson.Default.CountsView));
}
