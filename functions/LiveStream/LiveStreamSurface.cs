using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Http.OpenApi;

namespace Sessions.LiveStream;

/// <summary>
/// TenByte's webinar API: a bearer token or X-API-Key, JSON in, JSON in an envelope out. Some reads are public.
/// Source: https://docs.tenbyte.io/api-reference
/// </summary>
public sealed class LiveStreamSurface : ISurface
{
    private static readonly PathString[] _roots = ["/sessions", "/rooms", "/presets", "/livekit", "/v1/webinar"];
    private readonly RequestPipeline _pipeline;
    private readonly BearerTokens _tokens;
    private readonly TimeProvider _time;
    private readonly AccountTags _accounts;

    /// <summary>The surface, with one door for those who sign in and one for everyone.</summary>
    public LiveStreamSurface(RequestPipeline pipeline, BearerTokens tokens, AccountTags accounts, TimeProvider time)
    {
        _pipeline = pipeline;
        _tokens = tokens;
        _time = time;
        _accounts = accounts;
    }

    /// <inheritdoc/>
    public string Name => "LiveStream";

    /// <inheritdoc/>
    public int BodyLimit => 64 * 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) =>
        Array.Exists(_roots, root => path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs a function that needs credentials, and the scope.</summary>
    public Task<IResult> Run(HttpRequest request, string scope, Func<Exchange, ValueTask<IResult>> handle) =>
        Run(this, request, scope, handle);

    /// <summary>
    /// Runs a function that everyone may call for what is public. Its account is that of the <c>id</c> in the route;
    /// without one the caller's, else the first public one. What is not public needs the scope.
    /// </summary>
    public Task<IResult> RunPublic(HttpRequest request, string scope, Func<Exchange, ValueTask<IResult>> handle) =>
        Run(new PublicDoor(this, _accounts, scope), request, scope: null, handle);

    /// <summary>A success with its envelope.</summary>
    public static Answer Reply<T>(Exchange exchange, int status, T data, JsonTypeInfo<Envelope<T>> type) =>
        Answer.Json(status, new Envelope<T>(true, data, exchange.Now.ToUnixTimeSeconds()), type, ReadableJson.Encoder);

    /// <inheritdoc/>
    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now) =>
        await SignedIn(request, now) ?? throw LiveStreamErrors.NoCredentials();

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var error = LiveStreamErrors.Of(refusal);
        var body = new ErrorBody(
            Success: false,
            Error: error.Message,
            Message: error.Summary,
            Code: error.Code,
            Errors: error.Fields,
            Timestamp: _time.GetUtcNow().ToUnixTimeSeconds());
        var answer = Answer.Json(error.Status, body, LiveStreamJson.Default.ErrorBody, ReadableJson.Encoder)
            .Because(error.Code)
            .WithRetryAfter(error.RetryAfter);
        return error.Status == StatusCodes.Status401Unauthorized ? answer.With("WWW-Authenticate", "Bearer") : answer;
    }

    /// <summary>Who the request's token speaks for; null without a token.</summary>
    /// <exception cref="RefusedException">The token is unknown or has run out.</exception>
    internal async ValueTask<Caller?> SignedIn(HttpRequest request, DateTimeOffset now)
    {
        var token = AuthorizationHeader.Bearer(request) ?? request.Headers["X-API-Key"].ToString();
        return token.Length == 0
            ? null
            : await _tokens.Caller(token, now) ?? throw LiveStreamErrors.WrongCredentials();
    }

    internal Task<IResult> Run(
        ISurface door, HttpRequest request, string? scope, Func<Exchange, ValueTask<IResult>> handle) =>
        _pipeline.Run(door, request, scope, async exchange =>
        {
            try
            {
                if (HttpMethods.IsPost(request.Method))
                {
                    await _accounts.Ready(exchange.Now, exchange.Aborted);
                }

                return await handle(exchange);
            }
            catch (LiveKitException failure)
            {
                throw LiveStreamErrors.LiveKitFailed(failure);
            }
        });
}

/// <summary>
/// The surface for everyone: whoever sends no token comes in as nobody, into the public account that the path is about.
/// A token that is sent must be good, and opens its own account, public or not, when it has the scope.
/// </summary>
internal sealed class PublicDoor(LiveStreamSurface surface, AccountTags accounts, string scope) : ISurface
{
    public string Name => surface.Name;

    public int BodyLimit => surface.BodyLimit;

    public bool Owns(PathString path) => surface.Owns(path);

    public IResult Refuse(HttpRequest request, Refusal refusal) => surface.Refuse(request, refusal);

    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now)
    {
        var caller = await surface.SignedIn(request, now);
        if (request.RouteValues["id"] is not string id)
        {
            await accounts.Ready(now, request.HttpContext.RequestAborted);
            return caller is null
                ? People.Nobody(accounts.Public is [var first, ..] ? first : throw LiveStreamErrors.NoCredentials())
                : In(caller.Account, caller);
        }

        var owner = await accounts.Of(Ids.Read(id), now, request.HttpContext.RequestAborted);
        return In(owner ?? throw LiveStreamErrors.NotFound(), caller);
    }

    // To whom an account is closed, nothing of it is there.
    private Caller In(Account account, Caller? caller)
    {
        var isOwn = caller?.Account == account;
        if (isOwn && caller!.May(scope))
        {
            return caller;
        }

        if (!accounts.Public.Contains(account))
        {
            (isOwn ? caller : null)?.Require(scope);
            throw LiveStreamErrors.NotFound();
        }

        return People.Nobody(account);
    }
}

/// <summary>What a token must be allowed, operation by operation; a host needs the role besides.</summary>
internal static class LiveStreamScopes
{
    public const string ReadRooms = "live-stream:rooms:read";
    public const string WriteRooms = "live-stream:rooms:write";
    public const string ReadPresets = "live-stream:presets:read";
    public const string WritePresets = "live-stream:presets:write";
    public const string ReadSessions = "live-stream:sessions:read";
    public const string WriteSessions = "live-stream:sessions:write";
    public const string JoinSessions = "live-stream:sessions:join";
    public const string MonitorSessions = "live-stream:sessions:monitor";
}

/// <summary>Reads what the path names, as it counts at a moment.</summary>
public sealed class LiveStreamReader(Reader reader, RoomKind rooms, LiveSessionKind sessions)
{
    /// <summary>The room of the path.</summary>
    /// <exception cref="RefusedException">The account has none of this id.</exception>
    public async ValueTask<State<Room>> Room(Exchange exchange, DateTimeOffset now) =>
        await Find(exchange, rooms, Ids.Read(exchange).Text(), now) ?? throw LiveStreamErrors.NotFound();

    /// <summary>The session of the path.</summary>
    /// <exception cref="RefusedException">The account has none of this id.</exception>
    public async ValueTask<State<LiveSession>> Session(Exchange exchange, DateTimeOffset now) =>
        await Find(exchange, sessions, Ids.Read(exchange).Text(), now) ?? throw LiveStreamErrors.NotFound();

    /// <summary>A thing of the account; null when it has none of this id.</summary>
    public ValueTask<State<T>?> Find<T>(Exchange exchange, Kind<T> kind, string id, DateTimeOffset now)
        where T : class =>
        reader.Find(kind, Ids.Partition(exchange.Account), id, now, exchange.Aborted);

    /// <summary>
    /// A room or a preset as it was at most some seconds ago: what a session shows, and what one is made of. Whose a
    /// room is never changes. Whatever else decides anything is read anew.
    /// </summary>
    internal ValueTask<State<T>?> FindRecent<T>(Exchange exchange, Kind<T> kind, Guid id)
        where T : class =>
        reader.FindRecent(kind, Ids.Partition(exchange.Account), id.Text(), exchange.Now, exchange.Aborted);

    /// <summary>The room that a session shows.</summary>
    internal ValueTask<State<Room>?> RecentRoom(Exchange exchange, Guid id) => FindRecent(exchange, rooms, id);

    /// <summary>The rooms of these ids, likewise, each once.</summary>
    internal async ValueTask<IReadOnlyList<(Guid Id, State<Room>? Room)>> RecentRooms(
        Exchange exchange, IEnumerable<Guid> ids) =>
        await Task.WhenAll(ids.Distinct().Select(async id => (id, await RecentRoom(exchange, id))));
}

/// <summary>What the surface is made of.</summary>
public static class LiveStreamServices
{
    /// <summary>Adds the surface, with the LiveKit server of the settings or without one.</summary>
    /// <exception cref="SettingsException">A setting of LiveKit cannot be used.</exception>
    public static IServiceCollection AddLiveStream(this IServiceCollection services, IConfiguration configuration)
    {
        var liveKit = LiveKitSettings.From(configuration);
        services
            .AddSingleton(liveKit)
            .AddSingleton(EgressSettingsOf(liveKit, configuration))
            .AddSingleton<LiveKitTokens>()
            .AddSingleton<TwirpClient>();
        services.TryAdd(liveKit.Server is null
            ? ServiceDescriptor.Singleton<ILiveKit, SimulatedLiveKit>()
            : ServiceDescriptor.Singleton<ILiveKit, LiveKitServer>());
        return services
            .AddSingleton<LiveStreamSurface>()
            .AddSingleton<ISurface>(provider => provider.GetRequiredService<LiveStreamSurface>())
            .AddDescription(() => LiveStreamDescription.Surface)
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<AccountTags>(provider, configuration))
            .AddSingleton<RoomKind>()
            .AddSingleton<PresetKind>()
            .AddSessionKind<LiveSessionKind>()
            .AddDueKind<RemovedRoomKind>()
            .AddDueKind<RemovedSessionKind>()
            .AddSingleton<LiveStreamReader>()
            .AddSingleton<SessionReplies>()
            .AddSingleton<SessionTidying>()
            .AddSingleton<TakingBack>()
            .AddSingleton<SessionUpkeep>()
            .AddSingleton<SessionMending>()
            .AddSingleton<SessionStart>()
            .AddSingleton<EarlyIngress>()
            .AddSingleton<EgressStarts>()
            .AddSingleton<Admissions>()
            .AddSingleton<Following>()
            .AddSingleton<Looks>()
            .AddSingleton<Reconciliation>();
    }

    private static EgressSettings EgressSettingsOf(LiveKitSettings liveKit, IConfiguration configuration) =>
        EgressSettings.From(configuration) is { BaseUrl: null } settings && liveKit.Server is null
            ? settings with { BaseUrl = SimulatedLiveKit.BaseUrl }
            : EgressSettings.From(configuration);
}
