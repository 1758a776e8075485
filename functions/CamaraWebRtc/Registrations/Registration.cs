namespace Sessions.CamaraWebRtc;

/// <summary>What is stored of a registration beside its lifetime.</summary>
/// <param name="DeviceId">The device's UUID, in lower case.</param>
/// <param name="PhoneNumber">The number in E.164 that the device is registered for.</param>
public sealed record Registration(string DeviceId, string PhoneNumber);

/// <summary>The body of a create or an update as clients send it.</summary>
internal sealed record RegistrationRequest
{
    public string? DeviceId { get; init; }

    public DateTimeOffset? RegistrationExpireTime { get; init; }
}

/// <summary>A registration on the wire, the yaml's regSessionResponse.</summary>
public sealed record RegistrationResource(
    RegistrationInformation RegInfo, string RegistrationId, DateTimeOffset ExpiresAt);

/// <summary>Which number is registered.</summary>
public sealed record RegistrationInformation(string PhoneNumber, string RegStatus);
