namespace Sessions.CamaraWebRtc;

/// <summary>The types of events. Source: webrtc-events.yaml</summary>
internal static class EventTypes
{
    public const string SessionStatus = Prefix + "session-status";
    public const string SessionInvitation = Prefix + "session-invitation";
    public const string RegistrationEnds = Prefix + "registration-ends";

    /// <summary>Sent to every subscription that ends; nobody subscribes to it.</summary>
    public const string SubscriptionEnded = Prefix + "subscription-ended";

    private const string Prefix = "org.camaraproject.webrtc-events.v0.";

    /// <summary>Those that can be subscribed to.</summary>
    public static readonly string[] All = [SessionStatus, SessionInvitation, RegistrationEnds];
}
