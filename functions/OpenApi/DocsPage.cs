using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

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
