namespace Sessions.CamaraWebRtc;

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
