using System.Text.Json.Serialization;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>The body of a subscription's create as clients send it.</summary>
internal sealed record SubscriptionRequest
{
    public string? Protocol { get; init; }

    public HttpSettings? ProtocolSettings { get; init; }

    public string? Sink { get; init; }

    public SinkCredential? SinkCredential { get; init; }

    public IReadOnlyList<string?>? Types { get; init; }

    public SubscriptionConfig? Config { get; init; }
}

/// <summary>A subscription that may be created, when its device and call are the caller's.</summary>
internal sealed record NewSubscription(
    IReadOnlyList<string> Types,
    SinkAddress? Sink,
    SinkToken? Token,
    HttpSettings? Settings,
    SubscriptionConfig Config)
{
    public string? DeviceId => Config.SubscriptionDetail!.DeviceId;

    public string? RegistrationId => Config.SubscriptionDetail!.RegistrationId;

    public string? SessionId => Config.SubscriptionDetail!.SessionId ?? Config.SubscriptionDetail.MediaSessionId;

    /// <summary>Whether it wants to be told at once how its call stands.</summary>
    public bool IsToldAtOnce => SessionId is not null && Config.InitialEvent is true;

    public static NewSubscription Read(
        SubscriptionRequest request, Generation generation, TargetPolicy targets, DateTimeOffset now)
    {
        if (Check.Required(request.Protocol, "protocol") != "HTTP")
        {
            throw CamaraErrors.Error(400, "INVALID_PROTOCOL", "Only HTTP is supported");
        }

        var types = TypesOf(request.Types, generation);
        if (request is { Sink: null, SinkCredential: not null } or { Sink: null, ProtocolSettings: not null })
        {
            throw CamaraErrors.NoSinkToOpen();
        }

        return new(
            types,
            SinkAddress.Read(request.Sink, generation.MaxSink, targets),
            SinkToken.Read(request.SinkCredential, now),
            HttpSettings.Read(request.ProtocolSettings),
            ConfigOf(request.Config, generation, now));
    }

    private static IReadOnlyList<string> TypesOf(IReadOnlyList<string?>? sent, Generation generation)
    {
        var types = Check.Required(sent, "types");
        if (types is [] || types.Contains(null) || types.Distinct().Count() < types.Count)
        {
            var known = string.Join(", ", EventTypes.AllIn(generation));
            throw CamaraErrors.Invalid($"types is to hold some of {known}, each once.");
        }

        return types.Count > generation.MaxTypes
            ? throw CamaraErrors.Error(
                422, "MULTIEVENT_SUBSCRIPTION_NOT_SUPPORTED", "Multi event types subscription not managed")
            : [.. types.Select(type => Meant(type!, generation))];
    }

    private static string Meant(string word, Generation generation) =>
        EventTypes.All.FirstOrDefault(type => EventTypes.In(generation, type) == word)
        ?? throw CamaraErrors.Invalid($"types is none of {string.Join(", ", EventTypes.AllIn(generation))}.");

    private static SubscriptionConfig ConfigOf(SubscriptionConfig? sent, Generation generation, DateTimeOffset now)
    {
        var config = Check.Required(sent, "config");
        var detail = Check.Required(config.SubscriptionDetail, "config.subscriptionDetail");
        CheckEnd(config.SubscriptionExpireTime, now);
        if (config.SubscriptionMaxEvents < 1 || config.SubscriptionMaxEvents > generation.MaxEvents)
        {
            throw CamaraErrors.OutOfRange($"subscriptionMaxEvents is to be 1 to {generation.MaxEvents}.");
        }

        return config with { SubscriptionDetail = generation.SubscribesByDevice ? OfDevice(detail) : Of(detail) };
    }

    /// <summary>Refuses an end that has passed.</summary>
    /// <exception cref="Http.RefusedException">OUT_OF_RANGE.</exception>
    public static void CheckEnd(DateTimeOffset? expireTime, DateTimeOffset now)
    {
        if (expireTime <= now)
        {
            throw CamaraErrors.OutOfRange("subscriptionExpireTime has passed. Send a moment to come.");
        }
    }

    // Others of its members are unknown there, and passed over as any.
    private static SubscriptionDetail OfDevice(SubscriptionDetail detail) =>
        new(Check.DeviceId(detail.DeviceId), RegistrationId: null, SessionId: null, MediaSessionId: null);

    private static SubscriptionDetail Of(SubscriptionDetail detail)
    {
        if (detail is { RegistrationId: null, DeviceId: null })
        {
            throw CamaraErrors.Invalid("Expected property is missing: config.subscriptionDetail.registrationId.");
        }

        Check.Text(detail.RegistrationId, "registrationId");
        Check.Text(detail.SessionId ?? detail.MediaSessionId, "sessionId");
        return detail with { DeviceId = detail.DeviceId is null ? null : Check.DeviceId(detail.DeviceId) };
    }
}

/// <summary>The body of a subscription's change as clients send it: the yaml closes it to other members.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SubscriptionUpdateRequest(SinkCredential? SinkCredential, SubscriptionUpdateConfig? Config);

/// <summary>What of the config can be changed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SubscriptionUpdateConfig(DateTimeOffset? SubscriptionExpireTime);

/// <summary>What is to be changed of a subscription; null is what stays.</summary>
internal sealed record SubscriptionUpdate(SinkToken? Token, DateTimeOffset? ExpireTime)
{
    public static SubscriptionUpdate Read(SubscriptionUpdateRequest request, DateTimeOffset now)
    {
        NewSubscription.CheckEnd(request.Config?.SubscriptionExpireTime, now);
        return new(SinkToken.Read(request.SinkCredential, now), request.Config?.SubscriptionExpireTime);
    }
}
