using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Http.OpenApi;

namespace Sessions.Conversation;

/// <summary>
/// Conversation sessions: bearer tokens, proto3 JSON, google.rpc.Status. Its methods follow the API improvement
/// proposals. Sources: https://docs.machanirobotics.dev (session-service), https://google.aip.dev
/// </summary>
public sealed class ConversationSurface(RequestPipeline pipeline, BearerTokens tokens, StreamTickets tickets) : ISurface
{
    /// <inheritdoc/>
    public string Name => "Conversation";

    /// <summary>A message of 64 KB and what stands around it.</summary>
    public int BodyLimit => 80 * 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) =>
        path.StartsWithSegments("/v1/conversation", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs one of the surface's functions.</summary>
    public Task<IResult> Run(HttpRequest request, string scope, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, scope, handle);

    /// <summary>A 200 with this body.</summary>
    public static Answer Reply<T>(T value, JsonTypeInfo<T> type) =>
        Answer.Json(200, value, type, ReadableJson.Encoder);

    /// <summary>google.protobuf.Empty.</summary>
    public static Answer Empty() => Reply(new EmptyResource(), ConversationJson.Default.EmptyResource);

    /// <inheritdoc/>
    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now)
    {
        if (StreamTickets.Of(request) is { } ticket)
        {
            return await tickets.Caller(ticket, now, request.HttpContext.RequestAborted) ?? throw RefusedException.For(
                RefusalKind.Unauthenticated, "The ticket has run out, or is none. Create another.", "TICKET_INVALID");
        }

        return await tokens.Caller(request, now) ?? throw (request.Headers.Authorization.Count > 0
            ? RefusedException.For(
                RefusalKind.Unauthenticated,
                "The token is unknown, or has run out. Send a valid one as Authorization: Bearer.",
                "CREDENTIALS_INVALID")
            : RefusedException.For(RefusalKind.Unauthenticated, "Send a token as Authorization: Bearer."));
    }

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var error = ConversationErrors.Of(refusal);
        var status = error.Status ?? ConversationErrors.StatusOf(error.Code);
        var answer = Answer.Json(
            status, StatusResource.Of(error), ConversationJson.Default.StatusResource, ReadableJson.Encoder);
        if (status == StatusCodes.Status401Unauthorized)
        {
            answer.With("WWW-Authenticate", "Bearer");
        }

        if (status == StatusCodes.Status426UpgradeRequired)
        {
            // RFC 9110, section 15.5.22.
            answer.With("Upgrade", "HTTP/1.1").With("Connection", "Upgrade");
        }

        return answer.Because(error.Reason).WithRetryAfter(error.RetryAfter);
    }
}

/// <summary>google.protobuf.Empty: an object without members.</summary>
public sealed record EmptyResource;

/// <summary>What a token must be allowed, operation by operation.</summary>
internal static class ConversationScopes
{
    public const string ReadSessions = "conversation:sessions:read";
    public const string WriteSessions = "conversation:sessions:write";
    public const string ReadMembers = "conversation:members:read";
    public const string WriteMembers = "conversation:members:write";
    public const string ReadMessages = "conversation:messages:read";
    public const string WriteMessages = "conversation:messages:write";
    public const string ReadEvents = "conversation:events:read";
    public const string WriteTickets = "conversation:tickets:write";
}

/// <summary>What the surface is made of.</summary>
public static class ConversationServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddConversation(this IServiceCollection services) => services
        .AddSingleton<StreamTickets>()
        .AddSingleton<ConversationSurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<ConversationSurface>())
        .AddDescription(() => ConversationDescription.Surface)
        .AddSingleton<ConversationSessionKind>()
        .AddSessionKind<SessionUpkeep>()
        .AddDueKind<LogUpkeep>()
        .AddDueKind<MemberUpkeep>()
        .AddSingleton<Presence>()
        .AddSingleton<Inboxes>()
        .AddSingleton<SessionReader>()
        .AddSingleton<SessionLists>()
        .AddSingleton<MessageHistory>()
        .AddSingleton<EventLog>()
        .AddSingleton<EventReader>()
        .AddSingleton<EventFeed>()
        .AddSingleton<StreamAnswers>()
        .AddSingleton<Activities>()
        .AddSingleton<InboxFeed>();
}
