namespace Sessions.TwilioProxy;

/// <summary>What is stored of a Participant.</summary>
public sealed record Participant
{
    /// <summary>Its SID.</summary>
    public required string Sid { get; init; }

    /// <summary>A telephone number or a channel's user.</summary>
    public required string Identifier { get; init; }

    /// <summary>A name for people, or null.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>Where it calls or writes to reach its partner.</summary>
    public required string ProxyIdentifier { get; init; }

    /// <summary>The SID of that number, or null for a channel's address that is in no pool.</summary>
    public string? ProxyIdentifierSid { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was removed, or null. One that was removed stays with its Session.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When its pair was last claimed: with it, or when its Session was re-opened.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>What tells a repeated create from another one under the same idempotency key, or null.</summary>
    public string? RequestHash { get; init; }
}

/// <summary>A participant as a create names it.</summary>
/// <param name="Identifier">A telephone number or a channel's user.</param>
/// <param name="FriendlyName">A name for people, or null.</param>
/// <param name="ProxyIdentifier">The proxy number asked for, or null.</param>
/// <param name="ProxyIdentifierSid">The same by its SID, or null.</param>
internal sealed record NewParticipant(
    Address Identifier, string? FriendlyName, string? ProxyIdentifier, string? ProxyIdentifierSid);
