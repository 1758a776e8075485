using Sessions.Lifecycle;

namespace Sessions.CamaraWebRtc;

/// <summary>The rules of a registration's life. Source: webrtc-registration.yaml</summary>
internal static class RegistrationRules
{
    /// <summary>The state of a live one; the standard knows no other.</summary>
    public const string Registered = "Registered";

    /// <summary>How many devices may be registered for one number.</summary>
    public const int MaxPerNumber = 10;

    private const string Ended = "Ended";

    private static readonly TimeSpan _usual = TimeSpan.FromHours(1);
    private static readonly TimeSpan _least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _most = TimeSpan.FromDays(1);

    /// <summary>The state of one that ran out, which nobody is shown.</summary>
    public static string Expired(Lifetime _) => Ended;

    /// <summary>The lifetime of a new registration.</summary>
    public static Lifetime Start(DateTimeOffset? expireTime, DateTimeOffset now) => new()
    {
        Status = Registered,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = End(expireTime, now),
    };

    /// <summary>The lifetime after a refresh, which counts from now and not from the end before.</summary>
    public static Lifetime Refresh(Lifetime lifetime, DateTimeOffset? expireTime, DateTimeOffset now) =>
        lifetime.Touch(now) with { DateExpiry = End(expireTime, now) };

    private static DateTimeOffset End(DateTimeOffset? asked, DateTimeOffset now) => asked switch
    {
        null => now + _usual,
        { } end when end < now + _least => throw CamaraErrors.OutOfRange(
            $"registrationExpireTime is too early. Send a moment at least {_least.TotalSeconds} seconds from now."),
        { } end => end < now + _most ? end : now + _most,
    };
}
