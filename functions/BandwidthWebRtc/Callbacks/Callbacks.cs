using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>What participants' callback URLs are told.</summary>
public sealed class Callbacks(IIdSource ids)
{
    /// <summary>The events of participants that leave a session. Those without a callback URL have none.</summary>
    /// <param name="session">The session.</param>
    /// <param name="leaving">Who leaves.</param>
    /// <param name="left">When they left.</param>
    /// <param name="at">The moment of the commit; see <see cref="OutboxEvent.At"/>.</param>
    public IReadOnlyList<OutboxEvent> Leaving(
        State<WebRtcSession> session, IEnumerable<Member> leaving, DateTimeOffset left, DateTimeOffset at) =>
    [
        .. from member in leaving
           where member.Participant.CallbackUrl is not null
           let body = Body("onLeave", left, member.Id, null, member.Participant.Tag)
           select Event(session, session.Id, member.Participant, body, at),
    ];

    /// <summary>The event of a device that came or went; none without a callback URL.</summary>
    /// <param name="participant">Whose device.</param>
    /// <param name="name">onConnect or onDisconnect.</param>
    /// <param name="deviceId">The device.</param>
    /// <param name="stream">The session that the participant is in, else the participant.</param>
    /// <param name="at">The moment of the commit.</param>
    public IReadOnlyList<OutboxEvent> Device(
        State<WebRtcParticipant> participant, string name, string deviceId, string stream, DateTimeOffset at) =>
        participant.Body.CallbackUrl is null ? []
        : [
            Event(
                participant,
                stream,
                participant.Body,
                Body(name, at, participant.Id, deviceId, participant.Body.Tag),
                at),
        ];

    private static Callback Body(string name, DateTimeOffset at, string participantId, string? deviceId, string? tag) =>
        new(
            name,
            at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            participantId,
            deviceId,
            tag);

    private OutboxEvent Event(
        State of, string stream, WebRtcParticipant participant, Callback body, DateTimeOffset at) => new()
        {
            Id = ids.Next(at).ToString(),
            Partition = of.Partition,
            Account = of.Account,
            Stream = stream,
            Session = stream == of.Id && of is not State<WebRtcSession>
                ? null
                : ShortId.Of(WebRtcSessionKind.KindName, stream),
            Sender = CallbackSender.SenderName,
            Target = new Uri(participant.CallbackUrl!),
            Payload = JsonSerializer.SerializeToUtf8Bytes(body, BandwidthJson.Wire.Callback),
            At = at,
        };
}

/// <summary>A callback's body.</summary>
/// <param name="Event">onConnect, onDisconnect or onLeave.</param>
/// <param name="Timestamp">When it happened, in milliseconds since 1970, as text.</param>
/// <param name="ParticipantId">The participant's id.</param>
/// <param name="DeviceId">The device that came or went.</param>
/// <param name="Tag">The participant's tag, if it was given one.</param>
public sealed record Callback(
    string Event,
    string Timestamp,
    string ParticipantId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeviceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tag);

/// <summary>
/// Sends callbacks. The outbox signs them, as Standard Webhooks describes: https://www.standardwebhooks.com
/// </summary>
public sealed class CallbackSender : IOutboxSender
{
    /// <summary>The name by which events ask for it.</summary>
    public const string SenderName = "bandwidth-webrtc";

    /// <inheritdoc/>
    public string Name => SenderName;

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, told.Target)
        {
            Content = new ReadOnlyMemoryContent(told.Payload),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(told.ContentType);
        return request;
    }
}
