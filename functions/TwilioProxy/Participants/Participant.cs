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

    /// <summary>
    /// What told a repeated create from another one under the same idempotency key, before there were records of that;
    /// null since then.
    /// </summary>
    public string? RequestHash { get; init; }
}
