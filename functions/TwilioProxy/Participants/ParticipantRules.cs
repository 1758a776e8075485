namespace Sessions.TwilioProxy;

/// <summary>Who may be in a Session. Source: https://www.twilio.com/docs/proxy/api/participant</summary>
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

    /// <summary>Refuses one that cannot be added to those who are or were there.</summary>
    /// <param name="there">The participants of the Session, removed ones too.</param>
    /// <param name="wanted">The one to add.</param>
    /// <param name="mode">The Session's mode.</param>
    /// <exception cref="Http.RefusedException">80103, 80609, 80612 or 80616.</exception>
    public static void RequireRoom(IReadOnlyList<Participant> there, NewParticipant wanted, string mode)
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
        if (mode != SessionMode.MessageOnly && wanted.Any(participant => participant.Identifier.Channel is not null))
        {
            throw ProxyErrors.ChannelNeedsMessages();
        }
    }
}
