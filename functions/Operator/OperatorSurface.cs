using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Limits;
using Sessions.Http.OpenApi;
using Sessions.Outbox;
using Sessions.Storage;

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
    /// <param name="request">The request.</param>
    /// <param name="parameters">The names that its query may have.</param>
    /// <param name="handle">The function.</param>
    public Task<IResult> Run(
        HttpRequest request, IReadOnlyCollection<string> parameters, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, Scope, exchange =>
        {
            OperatorQuery.AllowOnly(exchange.Request.Query, parameters);
            return handle(exchange);
        });

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

/// <summary>Every record that the surface writes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OperatorError))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(Recovered))]
[JsonSerializable(typeof(FindBody))]
[JsonSerializable(typeof(SessionsFound))]
[JsonSerializable(typeof(TimelineView))]
[JsonSerializable(typeof(TargetList))]
[JsonSerializable(typeof(CountsView))]
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
        .AddSingleton<TimelineDirectory>()
        .AddSingleton(Reading<SessionDirectory>)
        .AddSingleton(Reading<EventDirectory>)
        .AddSingleton(Reading<Census>)
        .AddSingleton(provider => new EventRecovery(
            StoreOf(provider),
            provider.GetRequiredService<EventDirectory>(),
            provider.GetRequiredService<Resending>(),
            provider.GetRequiredService<LimitSettings>()))
        .AddSingleton(provider => new TargetDirectory(
            StoreOf(provider),
            provider.GetRequiredService<Targets>(),
            provider.GetRequiredService<LimitSettings>()));

    // What operators ask for costs, too, and that is told apart from what callers do.
    private static IDocumentStore StoreOf(IServiceProvider provider) =>
        provider.GetRequiredService<IDocumentStore>().For(StoreWork.Operator);

    private static T Reading<T>(IServiceProvider provider) =>
        ActivatorUtilities.CreateInstance<T>(provider, StoreOf(provider));
}
