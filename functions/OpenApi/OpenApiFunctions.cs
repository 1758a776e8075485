using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.OpenApi;

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

/// <summary>
/// The page that shows the documents, in one piece: its styles and its script stand in it, and it fetches nothing but
/// the documents.
/// </summary>
public sealed class DocsPage
{
    private static readonly string[] _scripts =
        ["dom.js", "schema.js", "request.js", "sdk.js", "known.js", "try.js", "page.js"];

    private readonly Lazy<(string Html, string Policy)> _page;

    /// <summary>Puts the page together from its parts, at the first request for it.</summary>
    public DocsPage(OpenApiDocuments documents, IEnumerable<DevelopmentAccess> development) =>
        _page = new(() => Made(documents.Surfaces, development.SingleOrDefault()));

    /// <summary>The page.</summary>
    public string Html => _page.Value.Html;

    /// <summary>Its Content-Security-Policy: this script, these styles, requests to this service, no more.</summary>
    public string Policy => _page.Value.Policy;

    private static (string Html, string Policy) Made(
        IEnumerable<SurfaceDescription> surfaces, DevelopmentAccess? development)
    {
        var styles = Part("page.css");
        var script = string.Concat(_scripts.Select(Part));
        var links = surfaces.Select(surface =>
            $"<a href=\"openapi/{surface.Slug}.json\" data-surface=\"{surface.Slug}\">"
            + $"{WebUtility.HtmlEncode(surface.Title)}</a>");
        var html = Part("page.html")
            .Replace("{{development}}", development is null ? "" : Offer(development), StringComparison.Ordinal)
            .Replace("{{surfaces}}", string.Concat(links), StringComparison.Ordinal)
            .Replace("{{styles}}", styles, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal);
        var policy = "default-src 'none'; connect-src 'self'; "
            + $"script-src '{HashOf(script)}'; style-src '{HashOf(styles)}'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return (html, policy);
    }

    private static string Offer(DevelopmentAccess account) =>
        $"<meta name=\"development-account\" content=\"\" data-user=\"{account.Sid}\""
        + $" data-secret=\"{account.Secret}\" data-token=\"{account.Token}\">";

    private static string HashOf(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Part(string name) => Embedded.Text($"docs/{name}");
}
