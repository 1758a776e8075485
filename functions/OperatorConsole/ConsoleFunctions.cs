using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.OperatorConsole;

/// <summary>
/// A page for those who look after an account, over the operator's API. The page itself is public: there is no one's
/// data in it, and whoever opens it proves himself to the API.
/// </summary>
public sealed class ConsoleFunctions(ConsoleFiles files)
{
    // Its own scripts and styles, requests to this service, and no more.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The page.</summary>
    [Function("Console_Page")]
    public Task<IResult> Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console")] HttpRequest request) =>
        Task.FromResult(Cached.Page(request, "console", files.Page, Policy));

    /// <summary>What the page is made of.</summary>
    [Function("Console_File")]
    public Task<IResult> File(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console/{file}")] HttpRequest request) =>
        Task.FromResult<IResult>(files.Find((string)request.RouteValues["file"]!) is { } found
            ? Cached.Answer(request, found.Text, found.MediaType).GuardedBy(Policy)
            : Answer.Text(StatusCodes.Status404NotFound, "The console has no such file.", "text/plain"));
}
