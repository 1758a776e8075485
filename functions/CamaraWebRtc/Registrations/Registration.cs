using Sessions.Engine;
using Sessions.Lifecycle;

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
    "camara-webrtc/registration", CamaraStorageJson.Default.Registration, TimeSpan.Zero)
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
