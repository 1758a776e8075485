using Sessions.Engine;

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

/// <summary>
/// Who may be in a Session, and how one comes and goes. Source: https://www.twilio.com/docs/proxy/api/participant
/// </summary>
internal static class ParticipantRules
{
    private const int MaxPresent = 2;

    // Removed ones stay with their Session, so a Session that changes them for ever must find an end.
    private const int MaxEver = 100;

    /// <summary>Refuses those who cannot be together in a new Session.</summary>
    /// <exception cref="Http.RefusedException">80103, 80609 or 80616.</exception>
    public static void RequireRoom(IReadOnlyList<NewParticipant> wanted, string mode)
    {
        if (wanted.Count > MaxPresent)
        {
            throw ProxyErrors.TooManyParticipants();
        }

        RequireChannel(wanted, mode);
        if (wanted.DistinctBy(participant => participant.Identifier.Text).Count() < wanted.Count)
        {
            throw ProxyErrors.ParticipantPresent();
        }
    }

    /// <summary>The Session with one participant more.</summary>
    /// <param name="session">The Session.</param>
    /// <param name="wanted">The participant.</param>
    /// <param name="sid">The participant's SID.</param>
    /// <param name="choice">What gives it its number.</param>
    /// <param name="now">The moment of its coming.</param>
    /// <exception cref="Http.RefusedException">80103, 80609, 80612, 80616, and what the choice refuses.</exception>
    public static State<ProxySession> Join(
        State<ProxySession> session, NewParticipant wanted, string sid, NumberChoice choice, DateTimeOffset now)
    {
        RequireRoom(session.Body.Participants, wanted, session.Body.Mode);
        var address = choice.For(wanted, session.Body.Mode, sid);
        var participant = new Participant
        {
            Sid = sid,
            Identifier = wanted.Identifier.Text,
            FriendlyName = wanted.FriendlyName,
            ProxyIdentifier = address.Text,
            ProxyIdentifierSid = address.Sid,
            CreatedAt = now,
            UpdatedAt = now,
            ClaimedAt = now,
        };
        return session.To(session.Body with { Participants = [.. session.Body.Participants, participant] }, now);
    }

    /// <summary>Removes a participant, whose pair is free then. It stays with its Session as removed.</summary>
    public static Decision<ProxySession> Leave(
        State<ProxySession> session, Participant participant, DateTimeOffset now)
    {
        var removed = participant with { DeletedAt = now, UpdatedAt = now };
        return Decision.To(session.To(
            session.Body with
            {
                Participants = [.. session.Body.Participants.Select(one => one.Sid == removed.Sid ? removed : one)],
            },
            now));
    }

    private static void RequireRoom(IReadOnlyList<Participant> there, NewParticipant wanted, string mode)
    {
        RequireChannel([wanted], mode);
        if (there.FirstOrDefault(one => one.Identifier == wanted.Identifier.Text) is { } known)
        {
            throw known.DeletedAt is null ? ProxyErrors.ParticipantPresent() : ProxyErrors.ParticipantWasRemoved();
        }

        if (there.Count >= MaxEver || there.Count(one => one.DeletedAt is null) >= MaxPresent)
        {
            throw ProxyErrors.TooManyParticipants();
        }
    }

    private static void RequireChannel(IReadOnlyList<NewParticipant> wanted, string mode)
    {
        if (mode != SessionMode.MessageOnly
            && wanted.Any(participant => participant.Identifier.Channel is not null || participant.IsInChat))
        {
            throw ProxyErrors.ChannelNeedsMessages();
        }
    }
}
