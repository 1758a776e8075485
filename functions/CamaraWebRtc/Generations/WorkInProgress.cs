using Microsoft.AspNetCore.Http;

namespace Sessions.CamaraWebRtc;

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
        Addresses = AddressForms.OfMain(),
        RefusesRepeatedRegistration = true,
    };
}
