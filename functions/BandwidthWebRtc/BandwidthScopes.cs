namespace Sessions.BandwidthWebRtc;

/// <summary>What an API key must be allowed, operation by operation; the account's own secret may do it all.</summary>
internal static class BandwidthScopes
{
    public const string ReadSessions = "bandwidth-webrtc:sessions:read";
    public const string WriteSessions = "bandwidth-webrtc:sessions:write";
    public const string ReadParticipants = "bandwidth-webrtc:participants:read";
    public const string WriteParticipants = "bandwidth-webrtc:participants:write";

    /// <summary>For the media server, which reports what devices do and needs nothing else.</summary>
    public const string ReportEvents = "bandwidth-webrtc:device-events:write";
}
