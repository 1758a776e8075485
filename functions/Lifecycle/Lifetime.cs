namespace Sessions.Lifecycle;

/// <summary>
/// The part of a session that every API shares: its status, its moments and when it ends by itself.
/// All moments are UTC.
/// </summary>
public sealed record Lifetime
{
    /// <summary>The surface's own word for the state, such as <c>in-progress</c> or <c>Connected</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether the session still lives. Only an open session can expire.</summary>
    public required bool Open { get; init; }

    /// <summary>When it was created. Lists are ordered by it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was first used, or null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, or null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was last used: what <see cref="TtlSeconds"/> counts from; creation when null.</summary>
    public DateTimeOffset? LastActivityAt { get; init; }

    /// <summary>Seconds that it lives after its last activity; null or 0 is for ever.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary>A fixed end, which overrides <see cref="TtlSeconds"/>.</summary>
    public DateTimeOffset? DateExpiry { get; init; }

    /// <summary>Why it ended, in the surface's words or <see cref="CloseReasons"/>; null while it is open.</summary>
    public string? ClosedReason { get; init; }

    /// <summary>The moment from which every reader sees it closed; null when it is closed or never expires.</summary>
    public DateTimeOffset? ExpiresAt =>
        !Open ? null
        : DateExpiry ?? (TtlSeconds is > 0 and var ttl ? (LastActivityAt ?? CreatedAt).AddSeconds(ttl) : null);
}

/// <summary>Why a session ended, where the API has no words of its own.</summary>
public static class CloseReasons
{
    /// <summary>A caller closed it.</summary>
    public const string Api = "api";

    /// <summary>Its time to live ran out.</summary>
    public const string Ttl = "ttl";

    /// <summary>Its fixed end came.</summary>
    public const string DateExpiry = "date-expiry";
}

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

/// <summary>The sooner of two moments, either of which may never come.</summary>
internal static class Sooner
{
    /// <summary>That one; null when neither comes.</summary>
    public static DateTimeOffset? Of(DateTimeOffset? one, DateTimeOffset? other) =>
        other < one || one is null ? other : one;
}
