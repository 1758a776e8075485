using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Net.Http.Headers;
using Sessions.Configuration;

namespace Sessions.Http;

/// <summary>What several surfaces read off a request.</summary>
public static class RequestExtensions
{
    /// <summary>Whether the body is announced as this media type, whatever its parameters.</summary>
    public static bool HasMediaType(this HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses when <c>If-Match</c> names other versions than the one that was found.</summary>
    /// <param name="request">The request.</param>
    /// <param name="version">The version found, without quotes.</param>
    /// <exception cref="RefusedException">The caller has seen another version.</exception>
    public static void RequireMatch(this HttpRequest request, string version)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            return;
        }

        var tags = EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var parsed) ? parsed : [];
        if (!tags.Any(tag => tag.Tag == "*" || tag.Tag == Quoted(version)))
        {
            throw RefusedException.For(
                RefusalKind.PreconditionFailed, "This has changed. Fetch it again and repeat with its new ETag.");
        }
    }

    /// <summary>A version as it stands in an <c>ETag</c> header.</summary>
    public static string Quoted(string version) => $"\"{version}\"";
}

/// <summary>The address under which clients reach the service, for the links in answers.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    private readonly string? _configured =
        new SettingsSection(configuration.GetSection("Public")).Address("BaseUrl")?.AbsoluteUri.TrimEnd('/');

    /// <summary><c>Public__BaseUrl</c>, else what the request came to; without a final slash.</summary>
    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host.Value}";
}
