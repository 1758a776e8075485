namespace Sessions.BandwidthWebRtc;

/// <summary>
/// What the routes name. Bandwidth's old documentation shows the account twice, by mistake; clients that were written
/// by it are served as well.
/// </summary>
internal static class BandwidthPaths
{
    public const string AccountId = "accountId";
    public const string SecondAccountId = "secondAccountId";
    public const string SessionId = "sessionId";
    public const string ParticipantId = "participantId";
}
