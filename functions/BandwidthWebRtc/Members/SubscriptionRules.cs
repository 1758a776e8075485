namespace Sessions.BandwidthWebRtc;

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
