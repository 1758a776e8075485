using Sessions.Engine;

namespace Sessions.BandwidthWebRtc;

/// <summary>What a create may say. Other members, such as a read-only id, are ignored.</summary>
/// <param name="Tag">At most 50 characters.</param>
public sealed record SessionBody(string? Tag);

/// <summary>A session on the wire.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Participants">The ids of those in it, in the order of their coming.</param>
/// <param name="Tag">Its tag; its id when it was given none.</param>
public sealed record SessionResource(string Id, IReadOnlyList<string> Participants, string Tag)
{
    internal static SessionResource Of(State<WebRtcSession> session) => new(
        session.Id,
        [.. session.Body.Joined().Select(member => member.Id)],
        session.Body.Tag ?? session.Id);
}
