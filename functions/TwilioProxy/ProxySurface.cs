using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.OpenApi;
using Sessions.Outbox;

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
    public string RequestIdHeader => "Twilio-Request-Id";

    /// <inheritdoc/>
    public int BodyLimit => 64 * 1024;

    /// <inheritdoc/>
    public bool Owns(PathString path) =>
        path.StartsWithSegments("/v1/Services", StringComparison.OrdinalIgnoreCase)
        // Another surface has these paths, too, but in lower case and not this one under them.
        || path.StartsWithSegments("/v1/Accounts", StringComparison.Ordinal)
        || (path.StartsWithSegments("/v1/Accounts", StringComparison.OrdinalIgnoreCase, out var rest)
            && rest.Value!.Split('/') is [_, _, var third, ..]
            && third.Equals("Proxy", StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs one of the surface's functions.</summary>
    public Task<IResult> Run(HttpRequest request, string scope, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, scope, handle);

    /// <summary>The address of a resource, absolute, under the host that the client used.</summary>
    public string UrlOf(Exchange exchange, string path) => $"{address.Of(exchange.Request)}/v1{path}";

    /// <inheritdoc/>
    public ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now) =>
        credentials.Basic(request) is { } caller
            ? ValueTask.FromResult(caller)
            : throw RefusedException.For(RefusalKind.Unauthenticated, "Authenticate");

    /// <inheritdoc/>
    public string RequestId(HttpRequest request, Guid id) => $"RQ{id:N}";

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal)
    {
        var error = ProxyErrors.Of(refusal);
        var moreInfo = $"https://www.twilio.com/docs/errors/{error.Code}";
        var body = new ErrorResource(error.Code, error.Message, moreInfo, error.Status);
        var answer = Answer.Json(error.Status, body, ProxyJson.Wire.ErrorResource)
            .Because(error.Code.ToString(CultureInfo.InvariantCulture));
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            answer.With("WWW-Authenticate", "Basic realm=\"Twilio API\"");
        }

        return answer.WithRetryAfter(refusal.RetryAfter);
    }
}

/// <summary>An error as Twilio writes it.</summary>
/// <param name="Code">Twilio's code.</param>
/// <param name="Message">What the caller should do.</param>
/// <param name="MoreInfo">Where the code is explained.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record ErrorResource(int Code, string Message, string MoreInfo, int Status);

/// <summary>What an API key must be allowed, operation by operation; the account's own secret may do it all.</summary>
internal static class ProxyScopes
{
    public const string ReadServices = "twilio-proxy:services:read";
    public const string WriteServices = "twilio-proxy:services:write";
    public const string ReadSessions = "twilio-proxy:sessions:read";
    public const string WriteSessions = "twilio-proxy:sessions:write";
    public const string ReadParticipants = "twilio-proxy:participants:read";
    public const string WriteParticipants = "twilio-proxy:participants:write";
    public const string ReadInteractions = "twilio-proxy:interactions:read";
    public const string WriteInteractions = "twilio-proxy:interactions:write";
    public const string ReadPhoneNumbers = "twilio-proxy:phone-numbers:read";
    public const string WritePhoneNumbers = "twilio-proxy:phone-numbers:write";
    public const string ReadShortCodes = "twilio-proxy:short-codes:read";
    public const string WriteShortCodes = "twilio-proxy:short-codes:write";
}

/// <summary>What the surface is made of.</summary>
public static class ProxyServices
{
    /// <summary>Adds the surface.</summary>
    public static IServiceCollection AddTwilioProxy(
        this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<ProxySurface>()
        .AddSingleton<ISurface>(provider => provider.GetRequiredService<ProxySurface>())
        .AddDescription(() => ProxyDescription.Surface)
        .AddSingleton(ProxySettings.From(configuration))
        .AddSingleton<ProxyLists>()
        .AddSingleton<ProxyReader>()
        .AddSingleton<ProxyImport>()
        .AddSingleton<OwnAddresses>()
        .AddServices()
        .AddNumbers()
        .AddSessions()
        .AddMessages()
        .AddInbound();

    private static IServiceCollection AddServices(this IServiceCollection services) => services
        .AddSingleton<ProxyServiceKind>()
        .AddSingleton<DeletedServiceKind>()
        .AddDueKind<DeletedServices>();

    private static IServiceCollection AddNumbers(this IServiceCollection services) => services
        .AddSingleton<NumberKinds>()
        .AddSingleton<OwnedNumberKind>()
        .AddSingleton(provider => new CarrierNumbers(
            provider.GetRequiredService<Carriers>(),
            provider.GetRequiredService<PublicAddress>(),
            provider.GetRequiredService<ILogger<CarrierNumbers>>()))
        .AddSingleton<IOutboxRelay, NumberReturn>()
        .AddSingleton<NumberRegistry>()
        .AddSingleton<NumberPools>()
        .AddSingleton<NumberChoices>()
        .AddSingleton<ServiceNumbers>();

    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSessionKind<ProxySessionKind>()
        .AddSingleton<ClaimKind>()
        .AddSingleton<PastClaimKind>()
        .AddSingleton<PastNameKind>()
        .AddSingleton<SessionNames>()
        .AddSingleton<LastNumberKind>()
        .AddSingleton<InteractionKind>()
        .AddSingleton<MessageInteractionKind>()
        .AddSingleton<SessionRemainsKind>()
        .AddDueKind<SessionRemains>()
        .AddSingleton<ClaimReader>()
        .AddSingleton<SessionCreation>();

    private static IServiceCollection AddMessages(this IServiceCollection services) => services
        .AddSingleton<IOutboxSender, CallbackSender>()
        .AddSingleton<Carriers>()
        .AddSingleton(provider => new CarrierSignatures(provider.GetRequiredService<Carriers>()))
        .AddSingleton<WebhookMessages>()
        .AddSingleton<IOutboxSender>(provider => provider.GetRequiredService<WebhookMessages>())
        .AddSingleton<CarrierMessages>()
        .AddSingleton<IOutboxRelay>(provider => provider.GetRequiredService<CarrierMessages>())
        .AddSingleton(provider => new OutgoingMessages(
            provider.GetRequiredService<Carriers>(),
            provider.GetRequiredService<CarrierMessages>(),
            provider.GetRequiredService<WebhookMessages>()));

    // The traffic's parts are nobody else's business, so its constructor is not public.
    private static IServiceCollection AddInbound(this IServiceCollection services) => services
        .AddSingleton<InboundSurface>()
        .AddSingleton<OutcomeAddresses>()
        .AddSingleton<ApplicationCalls>()
        .AddSingleton<Whereabouts>()
        .AddSingleton<InboundRecording>()
        .AddSingleton<OutOfSession>()
        .AddSingleton(provider => new InboundTraffic(
            provider.GetRequiredService<Whereabouts>(),
            provider.GetRequiredService<InboundRecording>(),
            provider.GetRequiredService<OutOfSession>(),
            provider.GetRequiredService<ApplicationCalls>(),
            provider.GetRequiredService<OutcomeAddresses>(),
            provider.GetRequiredService<ILogger<InboundTraffic>>()));
}

/// <summary>What the surface is told by the settings under <c>TwilioProxy</c>.</summary>
/// <param name="Retention">
/// How long a closed Session is kept after its last write: <c>TwilioProxy__Retention</c>, else <c>Retention__Closed</c>
/// where that is set, else the 90 days of Twilio's.
/// </param>
/// <param name="FreesNamesOnClose">
/// Whether a Session that closes gives its unique name back: <c>TwilioProxy__FreeNamesOnClose</c>.
/// </param>
public sealed record ProxySettings(TimeSpan Retention, bool FreesNamesOnClose)
{
    // Changelog of 2019-11-18: https://www.twilio.com/docs/proxy/proxy-changelog
    private static readonly TimeSpan _retention = TimeSpan.FromDays(90);

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">A value is no span of time, or neither true nor false.</exception>
    public static ProxySettings From(IConfiguration configuration)
    {
        var own = new SettingsSection(configuration.GetSection("TwilioProxy"));
        var common = new SettingsSection(configuration.GetSection("Retention"));
        return new(
            own.Span("Retention", common.Text("Closed") is null ? _retention : common.Span("Closed", _retention)),
            own.OneOf("FreeNamesOnClose", "false", "true") == "true");
    }
}

/// <summary>Twilio's ids: two letters for the kind and 32 hexadecimal digits.</summary>
public static class Sids
{
    /// <summary>A service.</summary>
    public const string Service = "KS";

    /// <summary>A session.</summary>
    public const string Session = "KC";

    /// <summary>A chat instance.</summary>
    public const string ChatInstance = "IS";

    /// <summary>A chat channel.</summary>
    public const string ChatChannel = "CH";

    /// <summary>A telephone number.</summary>
    public const string PhoneNumber = "PN";

    /// <summary>A short code.</summary>
    public const string ShortCode = "SC";

    /// <summary>A participant.</summary>
    public const string Participant = "KP";

    /// <summary>A text message.</summary>
    public const string Message = "SM";

    /// <summary>A call.</summary>
    public const string Call = "CA";

    /// <summary>An interaction.</summary>
    public const string Interaction = "KI";

    /// <summary>Whether the text is a SID of this kind; the digits in either case.</summary>
    public static bool Is(string kind, string text) =>
        text.Length == 34
        && text.StartsWith(kind, StringComparison.Ordinal)
        && !text.AsSpan(2).ContainsAnyExcept(_digits);

    /// <summary>Whether the text is a SID of any kind.</summary>
    public static bool IsAny(string text) =>
        text.Length == 34 && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) && Is(text[..2], text);

    /// <summary>A carrier's SID as this wire shows it: one that is a UUID as a SID of this kind.</summary>
    public static string Shown(string kind, string sid) => Guid.TryParse(sid, out var id) ? Of(kind, id) : sid;

    /// <summary>The SID of an id.</summary>
    public static string Of(string kind, Guid id) => kind + id.ToString("N");

    private static readonly System.Buffers.SearchValues<char> _digits =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
