using Sessions.Http.Accounts;

namespace Sessions.CamaraWebRtc;

/// <summary>What is stored of a call beside its lifetime.</summary>
public sealed record MediaSession
{
    /// <summary>The caller's address, as sent.</summary>
    public required string OriginatorAddress { get; init; }

    /// <summary>The caller's name for people, or null.</summary>
    public string? OriginatorName { get; init; }

    /// <summary>The callee's address, as sent.</summary>
    public required string ReceiverAddress { get; init; }

    /// <summary>The callee's name for people, or null.</summary>
    public string? ReceiverName { get; init; }

    /// <summary>Who the caller is, even when the address hides it.</summary>
    public required string Originator { get; init; }

    /// <summary>Who the callee is.</summary>
    public required string Receiver { get; init; }

    /// <summary>The latest offer.</summary>
    public required SessionDescription Offer { get; init; }

    /// <summary>The latest answer; null before there is one.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>REGULAR, or null when the caller did not say.</summary>
    public string? CallType { get; init; }

    /// <summary>Where the party who last told it is, or null.</summary>
    public LocationDetails? LocationDetails { get; init; }

    /// <summary>The caller's own mark, which r2.2 has and later versions dropped; or null.</summary>
    public string? ClientCorrelator { get; init; }

    /// <summary>How many events the call has had: 1 after the invitation.</summary>
    public int Sequence { get; init; } = 1;

    /// <summary>Whether the caller is one of its two parties.</summary>
    internal bool IsOf(Caller caller) => caller.Is(Originator) || caller.Is(Receiver);
}

/// <summary>A session description of RFC 4566, the yaml's WrtcSDPDescriptor.</summary>
/// <param name="Sdp">The description, at most 65,536 characters.</param>
public sealed record SessionDescription(string? Sdp);
