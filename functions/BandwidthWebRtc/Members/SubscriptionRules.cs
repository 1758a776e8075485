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

/// <summary>What a request body asks a participant to hear and see.</summary>
internal static class SubscriptionRules
{
    /// <summary>The subscriptions as they are kept; null for nobody.</summary>
    /// <param name="wanted">The body, or null when there was none.</param>
    /// <param name="sessionId">The session of the path.</param>
    /// <param name="session">That session, with the participant that subscribes when it is in it.</param>
    /// <exception cref="Http.RefusedException">
    /// 400: it names another session or someone who is not in this one.
    /// </exception>
    public static Subscriptions? Read(Subscriptions? wanted, string sessionId, WebRtcSession session)
    {
        if (wanted?.Participants is { Count: > 0 } participants)
        {
            return new(sessionId, Participants(participants, session));
        }

        return wanted?.SessionId switch
        {
            null or "" => null,
            var named when BandwidthIds.Canonical(named) == sessionId => new(sessionId, null),
            _ => throw BandwidthErrors.Invalid("sessionId is the session of the path, or absent."),
        };
    }

    private static List<ParticipantSubscription> Participants(
        IReadOnlyList<ParticipantSubscription?> wanted, WebRtcSession session)
    {
        List<ParticipantSubscription> read = [.. wanted.Select(subscription => Participant(subscription, session))];
        return read.DistinctBy(subscription => subscription.ParticipantId).Count() == read.Count
            ? read
            : throw BandwidthErrors.Invalid("participants names one participant twice.");
    }

    private static ParticipantSubscription Participant(ParticipantSubscription? wanted, WebRtcSession session)
    {
        var id = BandwidthIds.Canonical(wanted?.ParticipantId)
            ?? throw BandwidthErrors.Invalid("Each of participants is an object with a participantId.");
        if (session.Find(id) is not { Joined: true })
        {
            throw BandwidthErrors.Invalid($"participants names {id}, who is not in the session.");
        }

        var aliases = wanted!.StreamAliases;
        return aliases is null || (!aliases.Contains(null) && aliases.Distinct().Count() == aliases.Count)
            ? new(id, aliases)
            : throw BandwidthErrors.Invalid("streamAliases is a list of texts, each at most once.");
    }
}
