using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.Operator;

/// <summary>
/// For those who look after an account: all its sessions of all APIs. Bearer tokens with the scope <c>operator</c>.
/// </summary>
public sealed class OperatorSurface(RequestPipeline pipeline, BearerTokens tokens) : ISurface
{
    private const string Scope = "operator";

    /// <inheritdoc/>
    public string Name => "Operator";

    /// <inheritdoc/>
    public int BodyLimit => 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments("/operator", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs one of the surface's functions.</summary>
    public Task<IResult> Run(HttpRequest request, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, Scope, handle);

    /// <inheritdoc/>
    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now) =>
        await tokens.Caller(request, now)
        ?? throw RefusedException.For(RefusalKind.Unauthenticated, "Send a bearer token of the account.");

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var (status, code) = StatusOf(refusal.Kind);
        var error = new OperatorError(code, refusal.Message, request.HttpContext.TraceIdentifier);
        var answer = Answer.Json(status, error, OperatorJson.Default.OperatorError);
        if (status == StatusCodes.Status401Unauthorized)
        {
            answer.With("WWW-Authenticate", "Bearer");
        }

        return answer.WithRetryAfter(refusal.RetryAfter);
    }

    private static (int Status, string Code) StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Unauthenticated => (401, "unauthenticated"),
        RefusalKind.Forbidden => (403, "forbidden"),
        RefusalKind.NotFound => (404, "not_found"),
        RefusalKind.MethodNotAllowed => (405, "method_not_allowed"),
        RefusalKind.TooLarge => (413, "too_large"),
        RefusalKind.UriTooLong => (414, "uri_too_long"),
        RefusalKind.HeadersTooLarge => (431, "headers_too_large"),
        RefusalKind.TimedOut => (408, "timed_out"),
        RefusalKind.UnsupportedMedia => (415, "unsupported_media"),
        RefusalKind.PreconditionFailed => (412, "changed"),
        RefusalKind.IdempotencyMismatch => (422, "idempotency_mismatch"),
        RefusalKind.Contended => (409, "contended"),
        RefusalKind.Throttled => (429, "throttled"),
        RefusalKind.Unavailable => (503, "unavailable"),
        RefusalKind.Internal => (500, "internal"),
        _ => (400, "invalid"),
    };
}
