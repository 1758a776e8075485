using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.OpenApi;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// CAMARA WebRTC: call handling, registration and events in all their <see cref="Generations"/>. Bearer tokens, JSON
/// both ways, and an <c>x-correlator</c> on every answer. Source: https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class CamaraSurface(RequestPipeline pipeline, BearerTokens tokens, RegisteredNumbers numbers) : ISurface
{
    // RFC 8259 gives JSON no charset parameter, and the API's tests compare the whole header.
    private const string MediaType = "application/json";

    private const string EmptyPathId = "//";
    private const string ShortRoot = "/webrtc";
    private const string Roots = "/webrtc-";

    /// <inheritdoc/>
    public string Name => "CamaraWebRtc";

    /// <inheritdoc/>
    public string RequestIdHeader => Correlator.Header;

    /// <summary>An offer and an answer of 65,536 characters each fit in, with their line ends escaped.</summary>
    public int BodyLimit => 512 * 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) =>
        path.StartsWithSegments(ShortRoot, StringComparison.OrdinalIgnoreCase)
        || (path.HasValue && path.Value.StartsWith(Roots, StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs one of the surface's functions.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scope">What the token must allow; null when the function itself decides.</param>
    /// <param name="handle">The function, which is told the generation that the path is of.</param>
    internal Task<IResult> Run(
        HttpRequest request, string? scope, Func<Exchange, Generation, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, scope: null, exchange =>
        {
            Correlator.Check(request);
            var generation = Generations.At(request.Path);
            exchange.Require(scope);
            return handle(exchange, generation);
        });

    /// <summary>The answer to what is done and has nothing to show.</summary>
    public static Answer Nothing => Answer.Empty(StatusCodes.Status204NoContent);

    /// <summary>An answer with a body.</summary>
    public static Answer Reply<T>(int status, T resource, JsonTypeInfo<T> type) =>
        Answer.Json(status, resource, type).As(MediaType);

    /// <summary>
    /// Refuses the path of a list that ends with a slash: the standard's tests mean an empty id by it.
    /// </summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT.</exception>
    internal static void RefuseEmptyId(Exchange exchange, string parameter)
    {
        if (exchange.Request.Path.Value!.EndsWith('/'))
        {
            throw CamaraErrors.MissingId(parameter);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now) =>
        await tokens.Caller(request, now) is { } caller
            ? await numbers.Of(caller, request, now)
            : throw RefusedException.For(
                RefusalKind.Unauthenticated,
                "Request not authenticated due to missing, invalid, or expired credentials. "
                + "A new authentication is required.");

    /// <inheritdoc/>
    public string RequestId(HttpRequest request, Guid id) => Correlator.Of(request) ?? id.ToString("N");

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var error = CamaraErrors.Of(MissingPathId(request, refusal) ?? refusal);
        var body = new ErrorInfo(error.Status, error.Code, error.Message);
        var answer = Reply(error.Status, body, CamaraJson.Wire.ErrorInfo).Because(error.Code);
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            answer.With("WWW-Authenticate", "Bearer");
        }

        return answer.WithRetryAfter(refusal.RetryAfter);
    }

    // No route matches an empty segment, such as that of PUT /sessions//status; the standard wants 400 for it.
    private static Refusal? MissingPathId(HttpRequest request, Refusal refusal) =>
        refusal.Kind == RefusalKind.NotFound
        && request.Path.Value!.Contains(EmptyPathId, StringComparison.Ordinal)
            ? new(RefusalKind.Invalid, "The path has an empty id. Send the one that you were given.")
            : null;
}

/// <summary>What a token must allow, operation by operation, in the names of the APIs' yaml.</summary>
internal static class Scopes
{
    public const string CreateCall = "webrtc-call-handling:sessions:create";
    public const string ReadCall = "webrtc-call-handling:sessions:read";
    public const string WriteCall = "webrtc-call-handling:sessions:write";
    public const string DeleteCall = "webrtc-call-handling:sessions:delete";

    public const string CreateRegistration = "webrtc-registration:sessions:create";
    public const string ReadRegistration = "webrtc-registration:sessions:read";
    public const string WriteRegistration = "webrtc-registration:sessions:write";
    public const string DeleteRegistration = "webrtc-registration:sessions:delete";

    public static string ReadSubscription(Generation generation) => $"{generation.EventsApi}:read";

    public static string UpdateSubscription(Generation generation) => $"{generation.EventsApi}:update";

    public static string DeleteSubscription(Generation generation) => $"{generation.EventsApi}:delete";

    /// <summary>The scope to register this number for a token that names no subscriber.</summary>
    public static string RegisterNumber(string number) => $"webrtc-registration:phone-number:{number}";

    /// <summary>The scope for a subscription to this type of event.</summary>
    public static string CreateSubscription(Generation generation, string type) =>
        $"{generation.EventsApi}:{EventTypes.In(generation, type)}:create";

    /// <summary>Refuses a token without the scope; null asks for none.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED.</exception>
    public static void Require(this Exchange exchange, string? scope)
    {
        if (scope is not null && !exchange.Caller.May(scope))
        {
            throw CamaraErrors.PermissionDenied(scope);
        }
    }
}

/// <summary>What the surface is made of.</summary>
public static class CamaraServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddCamaraWebRtc(
        this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(CallSettings.From(configuration))
        .AddSingleton<CallWatch>()
        .AddSingleton<CamaraSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<CamaraSurface>())
        .AddDescriptions()
        .AddSingleton<OwnThings>()
        .AddSessionKind<MediaSessionKind>()
        .AddSingleton<Calls>()
        .AddDueKind<RegistrationKind>()
        .AddSingleton<Registrations>()
        .AddSingleton<RegisteredNumberKind>()
        .AddSingleton<RegisteredNumbers>()
        .AddDueKind<SubscriptionKind>()
        .AddSingleton<Subscriptions>()
        .AddSingleton<SubscriptionStreams>()
        .AddSingleton<Invitations>()
        .AddSingleton<IOutboxRelay, NewsRelay>()
        .AddSingleton<IOutboxSender, NotificationSender>();

    private static IServiceCollection AddDescriptions(this IServiceCollection services)
    {
        foreach (var generation in Generations.All)
        {
            services.AddDescription(() => CamaraDescription.Of(generation));
        }

        return services;
    }
}

/// <summary>
/// The <c>x-correlator</c> header, by which a caller finds the answer to its request: at most 256 of
/// <c>[a-zA-Z0-9-_:;./&lt;&gt;{}]</c>.
/// </summary>
internal static class Correlator
{
    public const string Header = "x-correlator";

    private const int MaxLength = 256;

    private static readonly SearchValues<char> _characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:;./<>{}");

    /// <summary>The caller's, when it is usable; else null.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers[Header] is [{ Length: > 0 } sent] && IsWellFormed(sent) ? sent : null;

    /// <summary>Refuses one that is malformed or there twice.</summary>
    /// <exception cref="Http.RefusedException">INVALID_ARGUMENT.</exception>
    public static void Check(HttpRequest request)
    {
        var sent = request.Headers[Header];
        if (sent.Count > 1 || !IsWellFormed(sent.ToString()))
        {
            throw CamaraErrors.Invalid($"{Header} is one value of at most {MaxLength} of a-z A-Z 0-9 -_:;./<>{{}}.");
        }
    }

    private static bool IsWellFormed(string text) =>
        text.Length <= MaxLength && !text.AsSpan().ContainsAnyExcept(_characters);
}
