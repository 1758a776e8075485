namespace Sessions.BandwidthWebRtc;

/// <summary>
/// The routes. Bandwidth's old documentation shows the account twice, by mistake; clients that were written by it are
/// served as well.
/// </summary>
internal static class BandwidthPaths
{
    public const string AccountId = "accountId";
    public const string SecondAccountId = "secondAccountId";
    public const string SessionId = "sessionId";
    public const string ParticipantId = "participantId";

    public const string Account = "v1/accounts/{accountId}";
    public const string DoubledAccount = "v1/accounts/{accountId}/accounts/{secondAccountId}";

    public const string Participants = "/participants";
    public const string Participant = Participants + "/{participantId}";
    public const string DeviceEvents = Participant + "/events";
    public const string Sessions = "/sessions";
    public const string Session = Sessions + "/{sessionId}";
    public const string Members = Session + Participants;
    public const string Member = Session + Participant;
    public const string Subscriptions = Member + "/subscriptions";
}
