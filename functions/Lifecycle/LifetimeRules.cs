namespace Sessions.Lifecycle;

/// <summary>The rules that every session obeys. Pure: what they need of the clock is given to them.</summary>
public static class LifetimeRules
{
    /// <summary>
    /// The session as it is at <paramref name="now"/>: from <see cref="Lifetime.ExpiresAt"/> on it is closed,
    /// whether or not the timer has been there. What the timer writes later is this very value.
    /// </summary>
    /// <param name="lifetime">The session as it was stored.</param>
    /// <param name="now">The current moment, UTC.</param>
    /// <param name="expiredStatus">The surface's word for a session whose time ran out.</param>
    public static Lifetime At(this Lifetime lifetime, DateTimeOffset now, string expiredStatus) =>
        lifetime.ExpiresAt is { } end && end <= now
            ? lifetime.Close(
                expiredStatus, lifetime.DateExpiry is null ? CloseReasons.Ttl : CloseReasons.DateExpiry, end)
            : lifetime;

    /// <summary>The session, ended at <paramref name="at"/>.</summary>
    public static Lifetime Close(this Lifetime lifetime, string status, string reason, DateTimeOffset at) =>
        lifetime with { Status = status, Open = false, EndedAt = at, UpdatedAt = at, ClosedReason = reason };

    /// <summary>The session, used at <paramref name="at"/>: its time to live starts again.</summary>
    public static Lifetime Touch(this Lifetime lifetime, DateTimeOffset at) =>
        lifetime with { LastActivityAt = at, UpdatedAt = at };
}
