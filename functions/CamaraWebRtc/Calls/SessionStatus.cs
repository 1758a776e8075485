namespace Sessions.CamaraWebRtc;

/// <summary>CAMARA's words for the state of a call.</summary>
internal static class SessionStatus
{
    public const string Initial = nameof(Initial);
    public const string InProgress = nameof(InProgress);
    public const string Proceeding = nameof(Proceeding);
    public const string Ringing = nameof(Ringing);
    public const string Waiting = nameof(Waiting);
    public const string Connected = nameof(Connected);
    public const string Hold = nameof(Hold);
    public const string Resume = nameof(Resume);
    public const string Terminated = nameof(Terminated);
    public const string SessionCancelled = nameof(SessionCancelled);
    public const string Declined = nameof(Declined);
    public const string Failed = nameof(Failed);
    public const string NoAnswer = nameof(NoAnswer);
    public const string NotReachable = nameof(NotReachable);
    public const string Busy = nameof(Busy);
}
