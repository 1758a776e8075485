namespace Sessions.LiveStream;

/// <summary>The answer to a start. Source: https://docs.tenbyte.io/api-reference/sessions/start-a-session</summary>
/// <param name="Session">The session, live.</param>
/// <param name="LivekitToken">What lets the host into the LiveKit room.</param>
/// <param name="LivekitUrl">Where to go with the token.</param>
/// <param name="Rtmp">The ingress, for sessions of mode rtmp.</param>
/// <param name="RtmpSetup">How to set up an encoder for it.</param>
/// <param name="WhipUrl">Where to send WebRTC by WHIP, key and all, for sessions of mode webcam.</param>
public sealed record StartResource(
    SessionResource Session, string LivekitToken, string LivekitUrl, RtmpIngress? Rtmp, RtmpSetup? RtmpSetup,
    string? WhipUrl)
{
    internal static StartResource Of(SessionResource session, string token, string url, LiveSession body)
    {
        var ingress = body.Ingress!;
        return body.IsRtmp
            ? new(session, token, url, new(ingress.Id, ingress.Url, ingress.StreamKey), RtmpSetup.Of(ingress), null)
            : new(session, token, url, null, null, $"{ingress.Url.TrimEnd('/')}/{ingress.StreamKey}");
    }
}

/// <summary>An RTMP ingress on the wire.</summary>
/// <param name="IngressId">LiveKit's id.</param>
/// <param name="Url">Where to.</param>
/// <param name="StreamKey">What opens it.</param>
public sealed record RtmpIngress(string IngressId, string Url, string StreamKey);

/// <summary>What a person needs for an encoder.</summary>
/// <param name="Server">Where to.</param>
/// <param name="StreamKey">What opens it.</param>
/// <param name="Instructions">What to do.</param>
public sealed record RtmpSetup(string Server, string StreamKey, RtmpInstructions Instructions)
{
    internal static RtmpSetup Of(Ingress ingress) => new(ingress.Url, ingress.StreamKey, new(
        SimulatedLiveKit.Made(ingress)
            ? "Simulated: no LiveKit server is configured, so nothing listens at this address. Set LiveKit__Url."
            : "In your encoder, such as OBS, open Settings, Stream, and choose the service Custom.",
        $"Enter {ingress.Url} as the server and the stream key as it stands here. Tell nobody the key.",
        "Start streaming. The picture reaches your viewers some seconds later."));
}

/// <summary>What to do, step by step.</summary>
public sealed record RtmpInstructions(string Step1, string Step2, string Step3);
