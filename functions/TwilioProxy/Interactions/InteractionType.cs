namespace Sessions.TwilioProxy;

/// <summary>Twilio's words for what an Interaction is.</summary>
internal static class InteractionType
{
    public const string Message = "message";
    public const string Voice = "voice";

    /// <summary>The type of the resources of an Interaction.</summary>
    public static string ResourceOf(string type) => type == Voice ? "Call" : "Message";

    /// <summary>Whether a Session of this mode carries it.</summary>
    public static bool Fits(string type, string mode) =>
        mode == SessionMode.VoiceAndMessage
        || mode == (type == Voice ? SessionMode.VoiceOnly : SessionMode.MessageOnly);
}
