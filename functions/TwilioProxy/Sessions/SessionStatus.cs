namespace Sessions.TwilioProxy;

/// <summary>Twilio's words for the state of a Session.</summary>
internal static class SessionStatus
{
    public const string Open = "open";
    public const string InProgress = "in-progress";
    public const string Closed = "closed";

    public static readonly string[] All = [Open, InProgress, Closed, "failed", "unknown"];
}
