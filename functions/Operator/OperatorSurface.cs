using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.OpenApi;

namespace Sessions.Operator;

/// <summary>
/// For those who look after an account: all its sessions of all APIs. Bearer tokens with the scope <c>operator</c>.
/// </summary>
public sealed class OperatorSurface(RequestPipeline pipeline, BearerTokens tokens) : ISurface
{
    /// <summary>The scope to look at what is of all accounts.</summary>
    internal const string Installation = "installation";

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
        var answer = Answer.Json(status, error, OperatorJson.Default.OperatorError).Because(code);
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
        RefusalKind.Throttled => (429, "throttled"),
        RefusalKind.Unavailable => (503, "unavailable"),
        RefusalKind.Internal => (500, "internal"),
        _ => (400, "invalid"),
    };
}

/// <summary>The surface for its OpenAPI document.</summary>
internal static class OperatorDescription
{
    private static readonly OperatorJson _wire = OperatorJson.Default;

    private static readonly Field _allAccounts = new(
        "allAccounts",
        Schema.Words("true", "false"),
        "`true`: of all accounts, and of requests that are nobody's; needs the scope `installation`, too.");

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "operator",
        "Operator",
        "Operator",
        "v1",
        "An account's sessions of all APIs, to look at and to close. What is in a session is not shown.")
    {
        Security = [Security.Bearer("A token of the account with the scope `operator`.")],
        Error = _ => _wire.OperatorError,
        Path = [new("id", Schema.Text(), "The id that the list gives.")],
        Members = new Dictionary<string, Schema>
        {
            ["SessionView.state"] = Schema.Words(SessionView.Open, SessionView.Closed),
        },
        Operations = new OrderedDictionary<string, Operation>
        {
            ["ListSessions"] = new(Reply.Value(200, _wire.SessionPage))
            {
                Query =
                [
                    new("kind", Schema.Text(), "Only those of this kind, such as `twilio-proxy/session`."),
                    new("state", Schema.Words(SessionView.Open, SessionView.Closed), "Only open or only closed ones."),
                    new("status", Schema.Text(), "Only those with this status, in their own API's words."),
                    new("createdFrom", Schema.Moment, "Only those created then or later."),
                    new("createdBefore", Schema.Moment, "Only those created before."),
                    new Field("pageSize", Schema.Whole(1, 200), "How many to a page; 50 unless said otherwise.")
                    {
                        Example = "50",
                    },
                    new("cursor", Schema.Text(), "Where the page begins: the `next` of the page before."),
                ],
            },
            ["FetchSession"] = new(Reply.Thing(200, _wire.SessionView)),
            ["ShowActivity"] = new(Reply.Value(200, ActivityJson.Default.ActivityView)) { Query = [_allAccounts] },
            ["CloseSession"] = new(Reply.Thing(200, _wire.SessionView)) { Conditional = true },
        },
    };
}

/// <summary>Every record that the surface writes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OperatorError))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(SessionPage))]
internal sealed partial class OperatorJson : JsonSerializerContext;

/// <summary>Why a request was refused.</summary>
/// <param name="Code">The reason in one word, for programs.</param>
/// <param name="Message">What the caller should do.</param>
/// <param name="RequestId">What to look for in the log.</param>
internal sealed record OperatorError(string Code, string Message, string RequestId);

/// <summary>A page of sessions, newest first.</summary>
/// <param name="Sessions">The sessions; fewer than asked for when some have just changed.</param>
/// <param name="Next">What to send as <c>cursor</c> for the next page; null on the last.</param>
internal sealed record SessionPage(IReadOnlyList<SessionView> Sessions, string? Next);

/// <summary>What the surface is made of.</summary>
public static class OperatorServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddOperator(this IServiceCollection services) => services
        .AddSingleton<OperatorSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<OperatorSurface>())
        .AddDescription(() => OperatorDescription.Surface)
        .AddSingleton<SessionDirectory>();
}
