namespace Sessions.TwilioProxy;

/// <summary>Twilio's words for what a Session carries.</summary>
internal static class SessionMode
{
    public const string MessageOnly = "message-only";
    public const string VoiceOnly = "voice-only";
    public const string VoiceAndMessage = "voice-and-message";

    public static readonly string[] All = [MessageOnly, VoiceOnly, VoiceAndMessage];
}
