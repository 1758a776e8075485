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

/// <summary>The release candidate r3.1 of June 2026.</summary>
internal static class R31
{
    public static Generation Generation { get; } = new()
    {
        Name = "r3.1",
        Slug = "camara-webrtc-r3.1",
        Versions = "call handling 0.4.0-rc.1, registration 0.4.0-rc.1, events 0.3.0-rc.1",
        Calls = "/webrtc-call-handling/v0.4rc1",
        Registrations = new PathString("/webrtc-registration/v0.4rc1"),
        Events = new PathString("/webrtc-events/v0.3rc1"),
        Addresses = AddressForms.OfR31,
        StatusIsRequired = true,
        TakesPhoneNumber = true,
        SubscribesByDevice = true,
        MaxTypes = 3,
        ChangesSubscriptions = true,
        MaxSink = 1024,
        MaxEvents = 1_000_000,
    };
}

/// <summary>The branch main, as it was at the end of June 2026: r3.1, and what was merged after it.</summary>
internal static class WorkInProgress
{
    public static Generation Generation { get; } = R31.Generation with
    {
        Name = "main",
        Slug = "camara-webrtc-vwip",
        Versions = "call handling, registration and events wip",
        Calls = "/webrtc-call-handling/vwip",
        Registrations = new PathString("/webrtc-registration/vwip"),
        Events = new PathString("/webrtc-events/vwip"),
        Addresses = AddressForms.OfMain,
        RefusesRepeatedRegistration = true,
    };
}
