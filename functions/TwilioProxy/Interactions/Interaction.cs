using System.Text.Json.Serialization;

namespace Sessions.TwilioProxy;

/// <summary>What is stored of an Interaction.</summary>
public sealed record Interaction
{
    /// <summary>The Session that it belongs to.</summary>
    public required string SessionSid { get; init; }

    /// <summary>message or voice.</summary>
    public required string Type { get; init; }

    /// <summary>What was sent, as the text of a JSON object.</summary>
    public required string Data { get; init; }

    /// <summary>Who began it; null for a message that the application sends.</summary>
    public InteractionSide? Inbound { get; init; }

    /// <summary>Whom it goes to.</summary>
    public required InteractionSide Outbound { get; init; }

    /// <summary>Whether the application sent it, so that it is a MessageInteraction too.</summary>
    [JsonIgnore]
    public bool IsFromApplication => Inbound is null;
}

/// <summary>One side of an Interaction.</summary>
/// <param name="ParticipantSid">The Participant.</param>
/// <param name="ResourceType">Message or Call.</param>
/// <param name="ResourceSid">The SID of the message or call, or null while there is none.</param>
/// <param name="ResourceStatus">One of Twilio's words, such as queued.</param>
public sealed record InteractionSide(
    string ParticipantSid, string ResourceType, string? ResourceSid, string ResourceStatus);

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
