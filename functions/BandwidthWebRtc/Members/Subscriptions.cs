using System.Text.Json.Serialization;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Whom a participant hears and sees, on the wire and as stored: these participants of the session, or with no list the
/// whole session and whoever joins it later, or with neither nobody.
/// </summary>
/// <param name="SessionId">The session; always the one of the path.</param>
/// <param name="Participants">The participants; wins over the whole session unless it is empty.</param>
public sealed record Subscriptions(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SessionId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<ParticipantSubscription>? Participants)
{
    /// <summary>Nobody.</summary>
    public static Subscriptions None { get; } = new(null, null);

    /// <summary>
    /// These without one participant; null when nobody is left. An empty list would stand for the whole session.
    /// </summary>
    public Subscriptions? Without(string participantId)
    {
        if (Participants is null)
        {
            return this;
        }

        List<ParticipantSubscription> left =
            [.. Participants.Where(subscription => subscription.ParticipantId != participantId)];
        return left is [] ? null : this with { Participants = left };
    }
}

/// <summary>One participant that another one hears and sees.</summary>
/// <param name="ParticipantId">Its id.</param>
/// <param name="StreamAliases">Which of its streams; all when absent or empty.</param>
public sealed record ParticipantSubscription(
    string? ParticipantId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string?>? StreamAliases);
