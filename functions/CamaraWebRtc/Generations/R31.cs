using Microsoft.AspNetCore.Http;

namespace Sessions.CamaraWebRtc;

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
        Addresses = AddressForms.OfR31(),
        StatusIsRequired = true,
        TakesPhoneNumber = true,
        SubscribesByDevice = true,
        MaxTypes = 3,
        ChangesSubscriptions = true,
        MaxSink = 1024,
        MaxEvents = 1_000_000,
    };
}
