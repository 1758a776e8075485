using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.OpenApi;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Bandwidth WebRTC v1: HTTP Basic, the account's id in the path, JSON in and out.
/// Source: Bandwidth's OpenAPI description <c>webrtc.yml</c>, version 2.0.0.
/// </summary>
public sealed class BandwidthSurface(RequestPipeline pipeline, Credentials credentials) : ISurface
{
    /// <inheritdoc/>
    public string Name => "BandwidthWebRtc";

    /// <inheritdoc/>
    public int BodyLimit => 32 * 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments("/v1/accounts", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs one of the surface's functions.</summary>
    public Task<IResult> Run(HttpRequest request, string scope, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, scope, handle);

    /// <inheritdoc/>
    public ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now)
    {
        if (credentials.Basic(request) is not { } caller)
        {
            throw RefusedException.For(RefusalKind.Unauthenticated, "Unauthorized");
        }

        return IsOf(caller.Account, request.RouteValues)
            ? ValueTask.FromResult(caller)
            : throw RefusedException.For(RefusalKind.Forbidden, "These credentials are of another account.");
    }

    /// <inheritdoc/>
    public string RequestId(HttpRequest request, Guid id) => id.ToString();

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var (status, id) = (BandwidthErrors.StatusOf(refusal), request.HttpContext.TraceIdentifier);
        return status switch
        {
            StatusCodes.Status401Unauthorized => Answer
                .Json(status, new MessageBody("Unauthorized"), BandwidthJson.Wire.MessageBody)
                .With("WWW-Authenticate", "Basic realm=\"Bandwidth WebRTC API\""),
            StatusCodes.Status403Forbidden => Answer
                .Json(status, new MessageBody(refusal.Message), BandwidthJson.Wire.MessageBody),
            _ => Answer
                .Json(status, new ErrorBody(refusal.Message, id), BandwidthJson.Wire.ErrorBody)
                .WithRetryAfter(refusal.RetryAfter),
        };
    }

    // The account stands twice in the doubled paths.
    private static bool IsOf(Account account, RouteValueDictionary route) =>
        (string?)route[BandwidthPaths.AccountId] == account.Id
        && (route[BandwidthPaths.SecondAccountId] is not { } second || (string)second == account.Id);
}

/// <summary>Bandwidth's error body.</summary>
/// <param name="Error">What is wrong.</param>
/// <param name="RequestId">The id under which the request is in the log.</param>
public sealed record ErrorBody(string Error, string RequestId);

/// <summary>The body of 401 and 403, which Bandwidth's gateway answers by itself.</summary>
public sealed record MessageBody(string Message);

/// <summary>What an API key must be allowed, operation by operation; the account's own secret may do it all.</summary>
internal static class BandwidthScopes
{
    public const string ReadSessions = "bandwidth-webrtc:sessions:read";
    public const string WriteSessions = "bandwidth-webrtc:sessions:write";
    public const string ReadParticipants = "bandwidth-webrtc:participants:read";
    public const string WriteParticipants = "bandwidth-webrtc:participants:write";

    /// <summary>For the media server, which reports what devices do and needs nothing else.</summary>
    public const string ReportEvents = "bandwidth-webrtc:device-events:write";
}

/// <summary>What the surface is made of.</summary>
public static class BandwidthServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddBandwidthWebRtc(this IServiceCollection services) => services
        .AddSingleton<BandwidthSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<BandwidthSurface>())
        .AddDescription(() => BandwidthDescription.Surface)
        .AddSessionKind<WebRtcSessionKind>()
        .AddSingleton<WebRtcParticipantKind>()
        .AddSingleton<BandwidthReader>()
        .AddSingleton<Callbacks>()
        .AddSingleton<IOutboxSender, CallbackSender>()
        .AddSingleton<SessionFunctions>()
        .AddSingleton<ParticipantFunctions>()
        .AddSingleton<MemberFunctions>()
        .AddSingleton<SubscriptionFunctions>();
}
