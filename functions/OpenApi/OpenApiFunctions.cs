using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.OpenApi;

/// <summary>The APIs' descriptions, and a page to read and try them. Public: there is no one's data in them.</summary>
public sealed class OpenApiFunctions(OpenApiDocuments documents, DocsPage page, PublicAddress address)
{
    private const string Json = "application/json; charset=utf-8";

    /// <summary>The OpenAPI 3.1 document of a surface.</summary>
    [Function("OpenApi_Document")]
    public Task<IResult> Document(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi/{surface}.json")]
        HttpRequest request)
    {
        var document = documents.Of((string)request.RouteValues["surface"]!, address.Of(request));
        // Tools of other origins read it, too; that it names the caller's host keeps it apart in caches.
        return Task.FromResult<IResult>(document is null
            ? NoSuchSurface()
            : Cached.Answer(request, document, Json).With("Access-Control-Allow-Origin", "*").With("Vary", "Host"));
    }

    /// <summary>The page.</summary>
    [Function("OpenApi_Docs")]
    public Task<IResult> Docs(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "docs")] HttpRequest request) =>
        Task.FromResult(Cached.Page(request, "docs", page.Html, page.Policy));

    private Answer NoSuchSurface()
    {
        var names = string.Join(", ", documents.Surfaces.Select(surface => surface.Slug));
        var error = new NoSurface($"There is no such surface. There are {names}.");
        return Answer.Json(StatusCodes.Status404NotFound, error, OpenApiJson.Default.NoSurface);
    }
}

/// <summary>The answer for a surface that is not there.</summary>
/// <param name="Error">Which ones are.</param>
internal sealed record NoSurface([property: JsonPropertyName("error")] string Error);

[JsonSerializable(typeof(NoSurface))]
internal sealed partial class OpenApiJson : JsonSerializerContext;
