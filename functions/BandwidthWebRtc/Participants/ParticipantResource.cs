using Sessions.Engine;

namespace Sessions.BandwidthWebRtc;

/// <summary>A participant on the wire.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="CallbackUrl">Where its callbacks go, or null.</param>
/// <param name="PublishPermissions">What it may publish.</param>
/// <param name="Sessions">The id of the session that it is in, or nothing.</param>
/// <param name="Subscriptions">Whom it hears and sees; empty for nobody.</param>
/// <param name="Tag">Its tag; its id when it was given none.</param>
/// <param name="DeviceApiVersion">V3 or V2.</param>
public sealed record ParticipantResource(
    string Id,
    string? CallbackUrl,
    IReadOnlyList<string> PublishPermissions,
    IReadOnlyList<string> Sessions,
    Subscriptions Subscriptions,
    string Tag,
    string DeviceApiVersion)
{
    internal static ParticipantResource Of(State<WebRtcParticipant> participant, State<WebRtcSession>? session)
    {
        var id = participant.Id;
        var member = session?.Body.Find(id) ?? new() { Id = id, Participant = participant.Body };
        return Of(member, session?.Id);
    }

    internal static ParticipantResource Of(Member member, string? sessionId) => new(
        Id: member.Id,
        CallbackUrl: member.Participant.CallbackUrl,
        PublishPermissions: member.Participant.PublishPermissions,
        Sessions: member.Joined ? [sessionId!] : [],
        Subscriptions: member.Subscriptions ?? Subscriptions.None,
        Tag: member.Participant.Tag ?? member.Id,
        DeviceApiVersion: member.Participant.DeviceApiVersion);
}

/// <summary>The answer to a create.</summary>
/// <param name="Participant">The participant.</param>
/// <param name="Token">What the participant's device proves itself with; told here only.</param>
public sealed record CreatedParticipant(ParticipantResource Participant, string Token);
