using System.Text.RegularExpressions;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>The body of a subscription's create as clients send it.</summary>
internal sealed record SubscriptionRequest
{
    public string? Protocol { get; init; }

    public string? Sink { get; init; }

    public SinkCredential? SinkCredential { get; init; }

    public IReadOnlyList<string?>? Types { get; init; }

    public SubscriptionConfig? Config { get; init; }
}

/// <summary>What opens the sink. The yaml's example spells the end of the token in a second way.</summary>
internal sealed record SinkCredential(
    string? CredentialType,
    string? AccessToken,
    string? AccessTokenType,
    DateTimeOffset? AccessTokenExpiresUtc,
    DateTimeOffset? AccessTokenExpireUtc);

/// <summary>A subscription that may be created, when its device and call are the caller's.</summary>
internal sealed partial record NewSubscription(
    string Type, string Sink, string? AccessToken, DateTimeOffset? AccessTokenEnd, SubscriptionConfig Config)
{
    private const int MaxToken = 8192;
    private const int MaxSink = 2048;

    public string? DeviceId => Config.SubscriptionDetail!.DeviceId;

    public string? RegistrationId => Config.SubscriptionDetail!.RegistrationId;

    public string? SessionId => Config.SubscriptionDetail!.SessionId ?? Config.SubscriptionDetail.MediaSessionId;

    public static NewSubscription Read(SubscriptionRequest request, TargetPolicy targets, DateTimeOffset now)
    {
        if (Check.Required(request.Protocol, "protocol") != "HTTP")
        {
            throw CamaraErrors.Error(400, "INVALID_PROTOCOL", "Only HTTP is supported");
        }

        var type = TypeOf(request.Types);
        var sink = Check.Required(request.Sink, "sink");
        if (sink.Length > MaxSink || !Uri.TryCreate(sink, UriKind.Absolute, out var uri) || !targets.Allows(uri))
        {
            throw CamaraErrors.Error(
                400, "INVALID_SINK", $"sink is no address to send to. It must be {targets.Expected}, and public.");
        }

        CheckCredential(request.SinkCredential, now);
        return new(
            type,
            sink,
            request.SinkCredential?.AccessToken,
            EndOf(request.SinkCredential),
            ConfigOf(request.Config, now));
    }

    private static string TypeOf(IReadOnlyList<string?>? types) => Check.Required(types, "types") switch
    {
        [{ } one] => Check.Word(one, "types", EventTypes.All)!,
        { Count: > 1 } => throw CamaraErrors.Error(
            422, "MULTIEVENT_SUBSCRIPTION_NOT_SUPPORTED", "Multi event types subscription not managed"),
        _ => throw CamaraErrors.Invalid($"types is to hold one of {string.Join(", ", EventTypes.All)}."),
    };

    private static void CheckCredential(SinkCredential? sent, DateTimeOffset now)
    {
        if (sent is null)
        {
            return;
        }

        if (sent.CredentialType != "ACCESSTOKEN" || sent.AccessToken is null || EndOf(sent) is not { } end)
        {
            throw CamaraErrors.Error(400, "INVALID_CREDENTIAL", "Only Access token is supported");
        }

        var readable = sent.AccessToken.Length <= MaxToken && Token().IsMatch(sent.AccessToken);
        if (sent.AccessTokenType != "bearer" || !readable)
        {
            throw CamaraErrors.Error(400, "INVALID_TOKEN", "Only bearer token is supported");
        }

        if (end <= now)
        {
            throw CamaraErrors.OutOfRange("accessTokenExpiresUtc has passed. Send a token that is good for a while.");
        }
    }

    private static DateTimeOffset? EndOf(SinkCredential? sent) =>
        sent?.AccessTokenExpiresUtc ?? sent?.AccessTokenExpireUtc;

    private static SubscriptionConfig ConfigOf(SubscriptionConfig? sent, DateTimeOffset now)
    {
        var config = Check.Required(sent, "config");
        var detail = Check.Required(config.SubscriptionDetail, "config.subscriptionDetail");
        if (detail is { RegistrationId: null, DeviceId: null })
        {
            throw CamaraErrors.Invalid("Expected property is missing: config.subscriptionDetail.registrationId.");
        }

        if (config.SubscriptionExpireTime <= now)
        {
            throw CamaraErrors.OutOfRange("subscriptionExpireTime has passed. Send a moment to come.");
        }

        if (config.SubscriptionMaxEvents < 1)
        {
            throw CamaraErrors.OutOfRange("subscriptionMaxEvents is to be 1 or more.");
        }

        Check.Text(detail.RegistrationId, "registrationId");
        Check.Text(detail.SessionId ?? detail.MediaSessionId, "sessionId");
        var device = detail.DeviceId is null ? null : Check.DeviceId(detail.DeviceId);
        return config with { SubscriptionDetail = detail with { DeviceId = device } };
    }

    // What an Authorization header takes after "Bearer" (RFC 6750).
    [GeneratedRegex(@"^[A-Za-z0-9._~+/-]+=*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
