namespace Sessions.BandwidthWebRtc;

/// <summary>Who may come into a session, and what their leaving changes.</summary>
internal static class SessionRules
{
    /// <summary>How many participants a session can have; as many again may subscribe from outside.</summary>
    public const int MaxParticipants = 20;

    /// <summary>How long a session lives.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(9);

    /// <summary>The participants in the session.</summary>
    public static IEnumerable<Member> Joined(this WebRtcSession session) =>
        session.Members.Where(member => member.Joined);

    /// <summary>The entry of a participant, in the session or outside; null when there is none.</summary>
    public static Member? Find(this WebRtcSession session, string participantId) =>
        session.Members.FirstOrDefault(member => member.Id == participantId);

    /// <summary>The session with this entry, in the place of the participant's former one if there was any.</summary>
    /// <exception cref="Http.RefusedException">409: there are 20 already.</exception>
    public static WebRtcSession With(this WebRtcSession session, Member member)
    {
        if (session.Find(member.Id)?.Joined == member.Joined)
        {
            return session with { Members = [.. session.Members.Select(m => m.Id == member.Id ? member : m)] };
        }

        return session.Members.Count(m => m.Joined == member.Joined) < MaxParticipants
            ? session with { Members = [.. session.Members.Where(m => m.Id != member.Id), member] }
            : throw BandwidthErrors.Full(MaxParticipants);
    }

    /// <summary>The session without this participant, to whom nobody listens any more.</summary>
    public static WebRtcSession Without(this WebRtcSession session, string participantId) => session with
    {
        Members =
        [
            .. from member in session.Members
               where member.Id != participantId
               select member with { Subscriptions = member.Subscriptions?.Without(participantId) },
        ],
    };
}
