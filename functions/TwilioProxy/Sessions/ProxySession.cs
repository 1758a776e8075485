using System.Text.Json.Serialization;

namespace Sessions.TwilioProxy;

/// <summary>What is stored of a Session beside its lifetime.</summary>
public sealed record ProxySession
{
    /// <summary>Its own name, unique in the Service, or null.</summary>
    public string? UniqueName { get; init; }

    /// <summary>message-only, voice-only or voice-and-message.</summary>
    public required string Mode { get; init; }

    /// <summary>When someone last spoke or wrote in it, or null.</summary>
    public DateTimeOffset? LastInteractionAt { get; init; }

    /// <summary>Who takes part or took part, the oldest first. They lie here so that one read tells all.</summary>
    public IReadOnlyList<Participant> Participants { get; init; } = [];

    /// <summary>Those who were not removed; at most two.</summary>
    [JsonIgnore]
    public IEnumerable<Participant> Present => Participants.Where(participant => participant.DeletedAt is null);

    /// <summary>The participant of a SID, removed or not; null when the Session never had it.</summary>
    internal Participant? Find(string sid) => Participants.FirstOrDefault(participant => participant.Sid == sid);

    /// <summary>The other one of the two, or null when there is none.</summary>
    internal Participant? PartnerOf(Participant participant) =>
        Present.FirstOrDefault(one => one.Sid != participant.Sid);
}

/// <summary>Twilio's words for the state of a Session.</summary>
internal static class SessionStatus
{
    public const string Open = "open";
    public const string InProgress = "in-progress";
    public const string Closed = "closed";

    public static readonly string[] All = [Open, InProgress, Closed, "failed", "unknown"];
}

/// <summary>Twilio's words for what a Session carries.</summary>
internal static class SessionMode
{
    public const string MessageOnly = "message-only";
    public const string VoiceOnly = "voice-only";
    public const string VoiceAndMessage = "voice-and-message";

    public static readonly string[] All = [MessageOnly, VoiceOnly, VoiceAndMessage];
}
