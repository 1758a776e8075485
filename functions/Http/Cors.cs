using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sessions.Configuration;

namespace Sessions.Http;

/// <summary>
/// Which pages may call, and what they may see: CORS, the same for every path and on both hosts. Credentials are
/// headers that a page adds itself and never cookies, so a page can do no more than whoever holds them.
/// Source: https://fetch.spec.whatwg.org/#http-cors-protocol
/// </summary>
public sealed class Cors
{
    // The longest that Chromium believes a preflight.
    private const string MaxAge = "7200";

    private const string Sent =
        "Authorization, X-API-Key, Content-Type, Accept, Idempotency-Key, I-Twilio-Idempotency-Token, If-Match, "
        + "If-None-Match, Last-Event-ID, Cache-Control, registrationId, x-correlator, traceparent, tracestate";

    private const string Seen =
        "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate, Allow, X-Request-Id, "
        + "Twilio-Request-Id, x-correlator";

    private static readonly string[] _anyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    private readonly HashSet<string> _named;
    private readonly bool _anyLoopback;

    private Cors(HashSet<string> named, bool anyLoopback) => (_named, _anyLoopback) = (named, anyLoopback);

    /// <summary>Reads <c>Cors__Origins__{n}</c>.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="anyLoopback">
    /// Whether pages of this machine may call without being named, since nobody else can reach the program.
    /// </param>
    /// <exception cref="SettingsException">One is no origin.</exception>
    public static Cors From(IConfiguration configuration, bool anyLoopback = false)
    {
        var section = new SettingsSection(configuration.GetSection("Cors"));
        return new([.. section.Texts("Origins").Select(text => OriginOf(section, text))], anyLoopback);
    }

    /// <summary>Whether a browser asks what a page may send, before it sends it.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Lets the page that a request comes from, if it may call, see the answer.</summary>
    public void Tell(HttpContext context)
    {
        var headers = context.Response.Headers;

        // Whoever keeps an answer for others must know that it is one for this page, also when it names none.
        headers.Vary = StringValues.Concat(headers.Vary, HeaderNames.Origin);
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin] && Allows(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = Seen;
        }
    }

    /// <summary>Whether pages of this origin may call.</summary>
    public bool Allows(string origin) => _named.Contains(origin) || (_anyLoopback && IsLoopback(origin));

    /// <summary>The answer to a preflight of a page that may call; null for any other page.</summary>
    /// <param name="request">The preflight.</param>
    /// <param name="methods">What the path takes; when it is none, the page is to see the refusal.</param>
    public Answer? Preflight(HttpRequest request, IReadOnlyList<string> methods) =>
        request.Headers.Origin is [{ } origin] && Allows(origin)
            ? Answer.Empty(StatusCodes.Status204NoContent)
                .With(HeaderNames.AccessControlAllowMethods, string.Join(", ", methods is [] ? _anyMethod : methods))
                .With(HeaderNames.AccessControlAllowHeaders, Sent)
                .With(HeaderNames.AccessControlMaxAge, MaxAge)
            : null;

    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && (uri.Host is "localhost" || (IPAddress.TryParse(uri.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip)));

    // As a browser writes it: no path, and no port that the scheme has anyway.
    private static string OriginOf(SettingsSection section, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? uri.GetLeftPart(UriPartial.Authority)
            : throw SettingsException.For(
                section.NameOf("Origins"), text, "list origins such as https://app.example.com, without a path");
}
