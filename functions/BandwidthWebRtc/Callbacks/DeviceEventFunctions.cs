using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>Where the media server reports that a device came or went. Not part of Bandwidth's API.</summary>
public sealed class DeviceEventFunctions(
    BandwidthSurface surface,
    WebRtcParticipantKind participants,
    Changes changes,
    Callbacks callbacks)
{
    /// <summary>Takes a device's coming or going, and tells the participant's callback URL of it.</summary>
    [Function("BandwidthWebRtc_ReportDeviceEvent")]
    public Task<IResult> Report(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/accounts/{accountId}/participants/{participantId}/events")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.ReportEvents, async exchange =>
        {
            var body = (await exchange.Json(BandwidthJson.Wire.DeviceEventBody)).Checked();
            var id = exchange.ParticipantId();
            var place = participants.At(BandwidthReader.PartitionOf(exchange), id);
            await changes.Change(await exchange.Command(), place, (participant, now) => Report(
                participant ?? throw BandwidthErrors.NoParticipant(id), body, now));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    // The participant's moment moves with each event, by which its events keep their order.
    private Decision<WebRtcParticipant> Report(
        State<WebRtcParticipant> participant, DeviceEventBody body, DateTimeOffset now)
    {
        var moment = Moments.Of(now, participant);
        var session = participant.Body.Session is { } link && now < link.EndsAt ? link.Id : null;
        var events = callbacks.Device(participant, body.Event!, body.DeviceId!, session ?? participant.Id, moment);
        return events is []
            ? Decision.Keep(participant)
            : Decision.To(participant.To(participant.Body, moment)).Telling(events);
    }
}

/// <summary>What the media server reports.</summary>
/// <param name="Event">onConnect or onDisconnect.</param>
/// <param name="DeviceId">The device, in the server's own words: 1 to 255 characters.</param>
public sealed record DeviceEventBody(string? Event, string? DeviceId)
{
    private const int MaxDeviceId = 255;

    /// <summary>The report, which must be whole.</summary>
    /// <exception cref="RefusedException">400: it is not.</exception>
    internal DeviceEventBody Checked() =>
        Event is "onConnect" or "onDisconnect" && DeviceId is { Length: >= 1 and <= MaxDeviceId }
            ? this
            : throw BandwidthErrors.Invalid(
                $"event is onConnect or onDisconnect, and deviceId a text of 1 to {MaxDeviceId} characters.");
}
