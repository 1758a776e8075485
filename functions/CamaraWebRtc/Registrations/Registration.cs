using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>What is stored of a registration beside its lifetime.</summary>
/// <param name="DeviceId">The device's UUID, in lower case.</param>
/// <param name="PhoneNumber">The number in E.164 that the device is registered for.</param>
public sealed record Registration(string DeviceId, string PhoneNumber);

/// <summary>The body of a create or an update as clients send it.</summary>
internal sealed record RegistrationRequest
{
    public string? DeviceId { get; init; }

    /// <summary>The number to register, of a caller who has none of its own.</summary>
    public string? PhoneNumber { get; init; }

    public DateTimeOffset? RegistrationExpireTime { get; init; }
}

/// <summary>A registration on the wire, the yaml's regSessionResponse.</summary>
public sealed record RegistrationResource(
    RegistrationInformation RegInfo, string RegistrationId, DateTimeOffset ExpiresAt);

/// <summary>Which number is registered.</summary>
public sealed record RegistrationInformation(string PhoneNumber, string RegStatus);

/// <summary>
/// How registrations are stored, in the partition of their number, one a device. One that is over goes.
/// </summary>
public sealed class RegistrationKind() : ExpiringKind<Registration>(
    "camara-webrtc/registration", () => CamaraStorageJson.Default.Registration, TimeSpan.Zero)
{
    private const string Ended = "Ended";

    /// <summary>The key that makes a device one registration.</summary>
    internal static string KeyOf(string deviceId) => $"device:{deviceId}";

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => Ended;

    /// <inheritdoc/>
    protected override string? KeyOf(State<Registration> state) => KeyOf(state.Body.DeviceId);

    /// <inheritdoc/>
    protected override Decision<Registration> Expire(
        State<Registration> expired, State<Registration> stored, DateTimeOffset now) =>
        Decision.Remove(expired).Telling(RegistrationRules.Expired(expired));
}

/// <summary>The rules of a registration's life. Source: webrtc-registration.yaml</summary>
internal static class RegistrationRules
{
    /// <summary>The state of a live one; the standard knows no other.</summary>
    public const string Registered = "Registered";

    /// <summary>How many devices may be registered for one number.</summary>
    public const int MaxPerNumber = 10;

    private const string Deleted = "NETWORK_TERMINATED";
    private const string RanOut = "REGISTRATION_EXPIRED";

    /// <summary>How long one may live unless it is refreshed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly TimeSpan _usual = TimeSpan.FromHours(1);
    private static readonly TimeSpan _least = TimeSpan.FromMinutes(1);

    /// <summary>Registers a device for a number, or refreshes it.</summary>
    /// <param name="all">What the number has, ended ones too.</param>
    /// <param name="registration">The registration that is made when the device has none.</param>
    /// <param name="once">Whether a device that is registered is refused.</param>
    /// <param name="expireTime">The end that was asked for, or null.</param>
    /// <param name="now">The moment of the change.</param>
    /// <exception cref="Http.RefusedException">
    /// ALREADY_EXISTS, MAX_REGISTRATION_PER_MSISDN, or OUT_OF_RANGE for the end.
    /// </exception>
    public static Decision<Registration> Register(
        IReadOnlyList<State<Registration>> all,
        State<Registration> registration,
        bool once,
        DateTimeOffset? expireTime,
        DateTimeOffset now)
    {
        var same = all.FirstOrDefault(found => found.Body.DeviceId == registration.Body.DeviceId);
        if (same is { Lifetime.Open: true })
        {
            return once ? throw CamaraErrors.Registered() : Refresh(same, expireTime, now);
        }

        if (all.Count(found => found.Lifetime.Open) >= MaxPerNumber)
        {
            throw CamaraErrors.Error(
                403,
                "MAX_REGISTRATION_PER_MSISDN",
                "The maximum number of service registrations per MSISDN has been reached");
        }

        // One that ran out and still holds the device's place is ended with it, as the timer would do it.
        var made = Decision.To(registration);
        return same is null ? made : made.AndRemove(same).Telling(Expired(same));
    }

    /// <summary>Makes a live registration live on: its time counts from now and not from the end before.</summary>
    /// <exception cref="Http.RefusedException">OUT_OF_RANGE: the end is too early.</exception>
    public static Decision<Registration> Refresh(
        State<Registration> live, DateTimeOffset? expireTime, DateTimeOffset now) =>
        Decision.To(live with { Lifetime = live.Lifetime.Touch(now) with { DateExpiry = End(expireTime, now) } });

    /// <summary>Ends a live registration at its owner's wish.</summary>
    public static Decision<Registration> Delete(State<Registration> live, DateTimeOffset now) => Decision
        .Remove(live)
        .Telling(News(live, OutboxEvent.After(live.UpdatedAt, now), Deleted, "The registration was deleted."));

    /// <summary>What is told of one that ran out.</summary>
    public static OutboxEvent Expired(State<Registration> expired) =>
        News(expired, expired.UpdatedAt, RanOut, "The registration was not refreshed in time.");

    /// <summary>The lifetime of a new registration.</summary>
    public static Lifetime Start(DateTimeOffset? expireTime, DateTimeOffset now) => new()
    {
        Status = Registered,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = End(expireTime, now),
    };

    private static DateTimeOffset End(DateTimeOffset? asked, DateTimeOffset now) => asked switch
    {
        null => now + _usual,
        { } end when end < now + _least => throw CamaraErrors.OutOfRange(
            $"registrationExpireTime is too early. Send a moment at least {_least.TotalSeconds} seconds from now."),
        { } end => end < now + Longest ? end : now + Longest,
    };

    private static OutboxEvent News(
        State<Registration> registration, DateTimeOffset at, string reason, string description) => new News
        {
            Type = EventTypes.RegistrationEnds,
            Source = Generations.All[0].RegistrationAt(registration.Id),
            Subject = registration.Id,
            Parties = [registration.Body.PhoneNumber],
            DeviceId = registration.Body.DeviceId,
            Data = new()
            {
                RegistrationId = registration.Id,
                TerminationReason = reason,
                TerminationDescription = description,
            },
        }.ToEvent(registration, at);
}
