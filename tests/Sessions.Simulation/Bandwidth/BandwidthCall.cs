namespace Sessions.Simulation.Bandwidth;

/// <summary>What is asked of Bandwidth's surface.</summary>
internal abstract record BandwidthCall
{
    /// <summary>Creates a session, under a key.</summary>
    public sealed record CreateSession : BandwidthCall;

    /// <summary>Creates a participant, under a key.</summary>
    public sealed record CreateParticipant : BandwidthCall;

    /// <summary>Puts a participant into a session.</summary>
    public sealed record Add(string Session, string Participant) : BandwidthCall;

    /// <summary>Takes it out.</summary>
    public sealed record Remove(string Session, string Participant) : BandwidthCall;

    /// <summary>Deletes a session.</summary>
    public sealed record DeleteSession(string Session) : BandwidthCall;

    /// <summary>Deletes a participant.</summary>
    public sealed record DeleteParticipant(string Participant) : BandwidthCall;

    /// <summary>Fetches a session.</summary>
    public sealed record FetchSession(string Session) : BandwidthCall;

    /// <summary>Fetches a participant.</summary>
    public sealed record FetchParticipant(string Participant) : BandwidthCall;
}
