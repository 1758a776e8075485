using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>Where the media server reports that a device came or went. Not part of Bandwidth's API.</summary>
public sealed class DeviceEventFunctions(
    BandwidthSurface surface,
    BandwidthDocuments documents,
    BandwidthReader reader,
    BandwidthChanges changes,
    Callbacks callbacks)
{
    private const string Item = BandwidthPaths.Account + BandwidthPaths.DeviceEvents;

    /// <summary>Takes a device's coming or going, and tells the participant's callback URL of it.</summary>
    [Function("BandwidthWebRtc_ReportDeviceEvent")]
    public Task<IResult> Report(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var body = (await call.Json(BandwidthJson.Wire.DeviceEventBody)).Checked();
            await changes.Make(call, call.ParticipantId(), async () =>
            {
                var participant = await reader.Participant(call);
                var moment = Moments.Of(call.Now, participant.Document);
                var session = participant.Body.Session is { } link && call.Now < link.EndsAt ? link.Id : null;
                var events = callbacks.Device(
                    participant, body.Event!, body.DeviceId!, session ?? participant.Document.Id, moment);
                return events is []
                    ? new([], [])
                    : new([documents.Replace(participant, participant.Body, moment)], events);
            });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });
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
