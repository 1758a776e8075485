using Microsoft.AspNetCore.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// The release r2.2 of September 2025, with what came soon after it and disturbs nobody: emergency calls are refused
/// in words, calls carry locations, registrations can be read.
/// </summary>
internal static class R22
{
    public static Generation Generation { get; } = new()
    {
        Name = "r2.2",
        Slug = "camara-webrtc-r2.2",
        Versions = "call handling 0.3, registration 0.3, events 0.2",
        Calls = "/webrtc-call-handling/v0.3",
        Registrations = new PathString("/webrtc-registration/v0.3"),
        Events = new PathString("/webrtc-events/v0.2"),
        HasClientCorrelator = true,
        Addresses = AddressForms.Any,
        Registered = StatusCodes.Status200OK,
    };
}

/// <summary>
/// Call handling alone, as it was in spring 2026, under the short path that its first users know. A call needs no
/// registration there.
/// </summary>
internal static class ShortPath
{
    public static Generation Generation { get; } = R22.Generation with
    {
        Name = "short",
        Slug = "camara-webrtc",
        Versions = "call handling 0.3, in short",
        Calls = "/webrtc",
        Registrations = null,
        Events = null,
        CallsAreRegistered = false,
    };
}
