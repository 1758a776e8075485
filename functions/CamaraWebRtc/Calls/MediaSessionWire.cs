using System.Text.Json.Serialization;
using Sessions.Engine;

namespace Sessions.CamaraWebRtc;

/// <summary>The body of a create or a status update as clients send it, before anything is checked.</summary>
internal sealed record MediaSessionRequest
{
    public string? OriginatorAddress { get; init; }

    public string? OriginatorName { get; init; }

    public string? ReceiverAddress { get; init; }

    public string? ReceiverName { get; init; }

    public string? Status { get; init; }

    public SessionDescription? Offer { get; init; }

    public SessionDescription? Answer { get; init; }

    public string? MediaSessionId { get; init; }

    public string? CallType { get; init; }

    public LocationDetails? LocationDetails { get; init; }

    public string? ClientCorrelator { get; init; }

    /// <summary>The examples of r2.2 wrap the update in this member for some states,</summary>
    [JsonPropertyName("receiverSessionStatus")]
    public MediaSessionRequest? Wrapped { get; init; }

    /// <summary>and in this one for others.</summary>
    [JsonPropertyName("ReceiverSessionStatus")]
    public MediaSessionRequest? WrappedInCapitals { get; init; }
}

/// <summary>A call that may be created.</summary>
internal sealed record NewCall(
    string OriginatorAddress,
    string? OriginatorName,
    string ReceiverAddress,
    string? ReceiverName,
    SessionDescription Offer,
    string? CallType,
    LocationDetails? LocationDetails,
    string? ClientCorrelator)
{
    private const string Emergency = "EMERGENCY";
    private const string EmergencyService = "urn:service:sos";

    /// <summary>
    /// Reads a create. An example of the standard's users carries the status Initial and a mediaSessionId, which mean
    /// nothing yet and are passed over.
    /// </summary>
    public static NewCall Read(MediaSessionRequest request, Generation generation, DateTimeOffset now)
    {
        var callType = Check.Word(request.CallType, "callType", "REGULAR", Emergency);
        var receiver = request.ReceiverAddress ?? "";
        if (callType == Emergency || receiver.StartsWith(EmergencyService, StringComparison.Ordinal))
        {
            throw CamaraErrors.EmergencyNotSupported();
        }

        Check.Word(request.Status, "status, which the server sets,", SessionStatus.Initial);
        if (request.Answer is not null)
        {
            throw CamaraErrors.Invalid("answer must not be sent on create.");
        }

        return new(
            Check.Address(request.OriginatorAddress, "originatorAddress", generation),
            Check.Text(request.OriginatorName, "originatorName"),
            Receiver(request.ReceiverAddress, generation),
            Check.Text(request.ReceiverName, "receiverName"),
            Check.Required(Check.Sdp(request.Offer, "offer"), "offer"),
            callType,
            LocationRules.Read(request.LocationDetails, now),
            generation.HasClientCorrelator ? Check.Text(request.ClientCorrelator, "clientCorrelator") : null);
    }

    private static string Receiver(string? address, Generation generation) =>
        address != Party.Anonymous
            ? Check.Address(address, "receiverAddress", generation)
            : throw CamaraErrors.Invalid("receiverAddress is anonymous. Nobody can be called so.");
}

/// <summary>What a status update asks for; null is what it does not name.</summary>
internal sealed record StatusChange(
    string? Status, SessionDescription? Offer, SessionDescription? Answer, LocationDetails? LocationDetails)
{
    private bool SaysNothing => this is { Status: null, Offer: null, Answer: null, LocationDetails: null };

    /// <summary>Reads an update; one without a body asks for nothing and is answered with the call as it is.</summary>
    public static StatusChange Read(MediaSessionRequest? request, Generation generation, DateTimeOffset now)
    {
        if (request is null)
        {
            return new(null, null, null, null);
        }

        var sent = request.Wrapped ?? request.WrappedInCapitals ?? request;
        var change = new StatusChange(
            Check.Word(sent.Status, "status", CallTable.All),
            Check.Sdp(sent.Offer, "offer"),
            Check.Sdp(sent.Answer, "answer"),
            LocationRules.Read(sent.LocationDetails, now));
        return change.Status is null && (generation.StatusIsRequired || change.SaysNothing)
            ? throw CamaraErrors.Invalid("Expected property is missing: status.")
            : change;
    }
}

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
    internal static MediaSessionResource Of(State<MediaSession> session, Generation generation) => new(
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
        ClientCorrelator: generation.HasClientCorrelator ? session.Body.ClientCorrelator : null);
}
