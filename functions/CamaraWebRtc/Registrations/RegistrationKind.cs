using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.CamaraWebRtc;

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
