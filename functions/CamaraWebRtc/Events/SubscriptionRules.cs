using Sessions.Lifecycle;

namespace Sessions.CamaraWebRtc;

/// <summary>The rules of a subscription's life. Source: webrtc-events.yaml</summary>
internal static class SubscriptionRules
{
    public const string Active = "ACTIVE";
    public const string Ended = "EXPIRED";

    public const string MaxEventsReached = "MAX_EVENTS_REACHED";

    /// <summary>How many may live for one number, so that one call does not make thousands of events.</summary>
    public const int MaxPerNumber = 32;

    // The end of a sink's token must be told while the token is still good.
    private static readonly TimeSpan _notice = TimeSpan.FromMinutes(2);

    /// <summary>The state of one whose time has run out.</summary>
    public static string Expired(Lifetime _) => Ended;

    /// <summary>The lifetime of a new subscription.</summary>
    public static Lifetime Start(Subscription body, DateTimeOffset now) => new()
    {
        Status = Active,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = End(body, now),
    };

    /// <summary>The subscription after one event more, of which the last ends it.</summary>
    public static (Lifetime Lifetime, Subscription Body) Count(
        Lifetime lifetime, Subscription body, DateTimeOffset now)
    {
        var counted = body with { Events = body.Events + 1 };
        return (counted.Events >= body.MaxEvents ? lifetime.Close(Ended, MaxEventsReached, now) : lifetime, counted);
    }

    /// <summary>Why time ended it.</summary>
    public static string ReasonOfEnd(Lifetime lifetime, Subscription body) =>
        lifetime.DateExpiry == body.ExpireTime ? "SUBSCRIPTION_EXPIRED" : "ACCESS_TOKEN_EXPIRED";

    private static DateTimeOffset? End(Subscription body, DateTimeOffset now)
    {
        var token = body.AccessTokenEnd is { } end && end - _notice > now ? end - _notice : body.AccessTokenEnd;
        return body.ExpireTime < token || token is null ? body.ExpireTime : token;
    }
}
