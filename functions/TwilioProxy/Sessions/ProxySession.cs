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

    /// <summary>Who takes part; at most two.</summary>
    public IReadOnlyList<NewParticipant> Participants { get; init; } = [];
}

/// <summary>A participant as a create names it.</summary>
/// <param name="Identifier">A telephone number or a channel's user.</param>
/// <param name="FriendlyName">A name for people, or null.</param>
/// <param name="ProxyIdentifier">The proxy number asked for, or null.</param>
/// <param name="ProxyIdentifierSid">The same by its SID, or null.</param>
public sealed record NewParticipant(
    string Identifier, string? FriendlyName, string? ProxyIdentifier, string? ProxyIdentifierSid);
