using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What is stored of a subscription beside its lifetime.</summary>
public sealed record Subscription
{
    /// <summary>The type of event that it asks for.</summary>
    public required string Type { get; init; }

    /// <summary>Further types, when it asks for several; else null.</summary>
    public IReadOnlyList<string>? MoreTypes { get; init; }

    /// <summary>
    /// The name of the <see cref="CamaraWebRtc.Generation"/> that its events are told in; null for the first.
    /// </summary>
    public string? Generation { get; init; }

    /// <summary>Where events go; null when they are only read.</summary>
    public string? Sink { get; init; }

    /// <summary>The bearer token that the sink wants, or null. Never shown.</summary>
    public string? AccessToken { get; init; }

    /// <summary>What else the sink wants of the requests, or null.</summary>
    public HttpSettings? Settings { get; init; }

    /// <summary>From when on the sink no longer takes it, or null.</summary>
    public DateTimeOffset? AccessTokenEnd { get; init; }

    /// <summary>The registration that was live when it was made.</summary>
    public required string RegistrationId { get; init; }

    /// <summary>That registration's device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The one call that it asks about, or null for all of the number.</summary>
    public string? SessionId { get; init; }

    /// <summary>The end that was asked for, or null.</summary>
    public DateTimeOffset? ExpireTime { get; init; }

    /// <summary>After how many events it ends, or null.</summary>
    public int? MaxEvents { get; init; }

    /// <summary>Whether the present state was to be told at once; null when not said.</summary>
    public bool? InitialEvent { get; init; }

    /// <summary>How many events it has had, when there is a <see cref="MaxEvents"/>.</summary>
    public int Events { get; init; }

    /// <summary>Whether its events have been read beside the sink; null for not yet.</summary>
    public bool? Followed { get; init; }

    /// <summary>How many events were kept for who reads them.</summary>
    public int Kept { get; init; }

    /// <summary>Whether events are kept for who reads them.</summary>
    internal bool IsFollowed => Sink is null || Followed is true;

    /// <summary>All that it asks for.</summary>
    internal IReadOnlyList<string> Types() => [Type, .. MoreTypes ?? []];

    /// <summary>Whether it asks for events of this type.</summary>
    internal bool AsksFor(string type) => Types().Contains(type);
}

/// <summary>A subscription on the wire.</summary>
public sealed record SubscriptionResource(
    string Protocol,
    HttpSettings? ProtocolSettings,
    string? Sink,
    IReadOnlyList<string> Types,
    SubscriptionConfig Config,
    string Id,
    DateTimeOffset StartsAt,
    DateTimeOffset? ExpiresAt,
    string Status)
{
    internal static SubscriptionResource Of(State<Subscription> subscription, Generation generation)
    {
        var (lifetime, body) = (subscription.Lifetime, subscription.Body);
        return new(
            Protocol: "HTTP",
            ProtocolSettings: body.Settings,
            Sink: body.Sink,
            Types: [.. body.Types().Select(type => EventTypes.In(generation, type))],
            Config: new(
                generation.SubscribesByDevice
                    ? new(body.DeviceId, RegistrationId: null, SessionId: null, MediaSessionId: null)
                    : new(body.DeviceId, body.RegistrationId, body.SessionId, MediaSessionId: null),
                body.ExpireTime,
                body.MaxEvents,
                body.InitialEvent),
            Id: subscription.Id,
            StartsAt: lifetime.CreatedAt,
            ExpiresAt: lifetime.DateExpiry,
            Status: lifetime.Status);
    }
}

/// <summary>What was asked for.</summary>
public sealed record SubscriptionConfig(
    SubscriptionDetail? SubscriptionDetail,
    DateTimeOffset? SubscriptionExpireTime,
    int? SubscriptionMaxEvents,
    bool? InitialEvent);

/// <summary>What it is about. The yaml's example says mediaSessionId where its schema says sessionId.</summary>
public sealed record SubscriptionDetail(
    string? DeviceId, string? RegistrationId, string? SessionId, string? MediaSessionId);

/// <summary>How subscriptions are stored, in the partition of their number, and how they end.</summary>
public sealed class SubscriptionKind(RetentionSettings retention) : ExpiringKind<Subscription>(
    KindName, () => CamaraStorageJson.Default.Subscription, retention.Closed)
{
    private const string KindName = "camara-webrtc/subscription";

    /// <summary>The live ones of a party, as a commit looks for them; of some the time may have run out.</summary>
    internal static Listeners LiveOf(string account, string party) =>
        new(Partitions.OfParty(account, party), KindName, SubscriptionRules.Active);

    /// <summary>A sink's token is among it.</summary>
    public override bool KeepsSecrets => true;

    /// <summary>Its stream waits for its end, which may be moved.</summary>
    protected override bool IsWatched(State<Subscription> state) => state.Body.IsFollowed;

    /// <summary>Its status: what is told goes to the live ones.</summary>
    protected override string? IndexOf(State<Subscription> state) => state.Lifetime.Status;

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => SubscriptionRules.Ended;

    /// <inheritdoc/>
    protected override Decision<Subscription> Expire(
        State<Subscription> expired, State<Subscription> stored, DateTimeOffset now) =>
        SubscriptionRules.Expire(expired);
}
