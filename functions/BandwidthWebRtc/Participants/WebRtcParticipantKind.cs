using Sessions.Engine;

namespace Sessions.BandwidthWebRtc;

/// <summary>How participants are stored.</summary>
public sealed class WebRtcParticipantKind() : Kind<WebRtcParticipant>(
    "bandwidth-webrtc/participant", BandwidthStorageJson.Default.WebRtcParticipant);
