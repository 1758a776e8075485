using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>
/// Twilio Proxy v1: HTTP Basic with an account or API key SID, forms in, snake_case JSON out.
/// Source: https://www.twilio.com/docs/proxy/api
/// </summary>
public sealed class ProxySurface(RequestPipeline pipeline, Credentials credentials, PublicAddress address) : ISurface
{
    /// <inheritdoc/>
    public string Name => "TwilioProxy";

    /// <inheritdoc/>
    public int BodyLimit => 64 * 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments("/v1/Services", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs one of the surface's functions.</summary>
    public Task<IResult> Run(HttpRequest request, string scope, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, scope, handle);

    /// <summary>The address of a resource, absolute, under the host that the client used.</summary>
    public string UrlOf(Exchange exchange, string path) => $"{address.Of(exchange.Request)}/v1{path}";

    /// <summary>An answer with Twilio's headers.</summary>
    public static Answer Reply<T>(Exchange exchange, int status, T resource, JsonTypeInfo<T> type) =>
        Reply(exchange.Request, Answer.Json(status, resource, type));

    /// <summary>The answer to a delete.</summary>
    public static Answer Deleted(Exchange exchange) =>
        Reply(exchange.Request, Answer.Empty(StatusCodes.Status204NoContent));

    /// <inheritdoc/>
    public ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now) =>
        AuthorizationHeader.Basic(request) is var (user, password) && credentials.Basic(user, password) is { } caller
            ? ValueTask.FromResult(caller)
            : throw RefusedException.For(RefusalKind.Unauthenticated, "Authenticate");

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var error = ProxyErrors.Of(refusal);
        var moreInfo = $"https://www.twilio.com/docs/errors/{error.Code}";
        var body = new ErrorResource(error.Code, error.Message, moreInfo, error.Status);
        var answer = Reply(request, Answer.Json(error.Status, body, ProxyJson.Wire.ErrorResource));
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            answer.With("WWW-Authenticate", "Basic realm=\"Twilio API\"");
        }

        return answer.WithRetryAfter(refusal.RetryAfter);
    }

    private static Answer Reply(HttpRequest request, Answer answer) => answer
        .With("Twilio-Request-Id", "RQ" + request.HttpContext.TraceIdentifier)
        .With("Access-Control-Allow-Origin", "*")
        .With("Access-Control-Expose-Headers", "ETag, Retry-After, Twilio-Request-Id");
}

/// <summary>An error as Twilio writes it.</summary>
/// <param name="Code">Twilio's code.</param>
/// <param name="Message">What the caller should do.</param>
/// <param name="MoreInfo">Where the code is explained.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record ErrorResource(int Code, string Message, string MoreInfo, int Status);
