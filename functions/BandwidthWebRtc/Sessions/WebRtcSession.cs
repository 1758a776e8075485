namespace Sessions.BandwidthWebRtc;

/// <summary>
/// What is stored of a session beside its lifetime. This one document says who is in the session and who hears whom,
/// so that no two documents can disagree about it.
/// </summary>
public sealed record WebRtcSession
{
    /// <summary>The tag as it was given, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>Who is in it, and who has subscribed without being in it; in the order of their coming.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];
}

/// <summary>A participant in a session, or one that has only subscribed there.</summary>
public sealed record Member
{
    /// <summary>The participant's id.</summary>
    public required string Id { get; init; }

    /// <summary>A copy of the participant, which never changes after its creation.</summary>
    public required WebRtcParticipant Participant { get; init; }

    /// <summary>Whether it is in the session.</summary>
    public bool Joined { get; init; }

    /// <summary>Whom it hears and sees; null for nobody.</summary>
    public Subscriptions? Subscriptions { get; init; }
}
