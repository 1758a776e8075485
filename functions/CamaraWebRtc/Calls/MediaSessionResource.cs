using Sessions.Engine;

namespace Sessions.CamaraWebRtc;

/// <summary>A call on the wire, the yaml's MediaSessionInformation.</summary>
public sealed record MediaSessionResource(
    string OriginatorAddress,
    string? OriginatorName,
    string ReceiverAddress,
    string? ReceiverName,
    string Status,
    SessionDescription Offer,
    SessionDescription? Answer,
    string MediaSessionId,
    string? CallType,
    LocationDetails? LocationDetails,
    string? ClientCorrelator)
{
    internal static MediaSessionResource Of(State<MediaSession> session) => new(
        OriginatorAddress: session.Body.OriginatorAddress,
        OriginatorName: session.Body.OriginatorName,
        ReceiverAddress: session.Body.ReceiverAddress,
        ReceiverName: session.Body.ReceiverName,
        Status: session.Lifetime.Status,
        Offer: session.Body.Offer,
        Answer: session.Body.Answer,
        MediaSessionId: session.Id,
        CallType: session.Body.CallType,
        LocationDetails: session.Body.LocationDetails,
        ClientCorrelator: session.Body.ClientCorrelator);
}
