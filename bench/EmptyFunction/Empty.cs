using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace EmptyFunction;

/// <summary>One function, which does nothing.</summary>
public sealed class Empty
{
    /// <summary>Answers 200 with nothing in it, whatever was sent.</summary>
    [Function("Empty")]
    public static IResult Answer(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "empty")] HttpRequest request) => Results.Ok();
}
