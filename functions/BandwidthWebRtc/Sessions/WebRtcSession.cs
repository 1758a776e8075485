using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// What is stored of a session beside its lifetime. This one document says who is in the session and who hears whom,
/// so that no two documents can disagree about it.
/// </summary>
public sealed record WebRtcSession
{
    /// <summary>The tag as it was given, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>Who is in it, and who has subscribed without being in it; in the order of their coming.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];
}

/// <summary>A participant in a session, or one that has only subscribed there.</summary>
public sealed record Member
{
    /// <summary>The participant's id.</summary>
    public required string Id { get; init; }

    /// <summary>A copy of the participant, which never changes after its creation.</summary>
    public required WebRtcParticipant Participant { get; init; }

    /// <summary>Whether it is in the session.</summary>
    public bool Joined { get; init; }

    /// <summary>Whom it hears and sees; null for nobody.</summary>
    public Subscriptions? Subscriptions { get; init; }
}

/// <summary>How sessions are stored and how they end: everybody in one is told to have left.</summary>
public sealed class WebRtcSessionKind(RetentionSettings retention, Callbacks callbacks, TermKeys keys)
    : SessionKind<WebRtcSession>(
        KindName, () => BandwidthStorageJson.Default.WebRtcSession, "BandwidthWebRtc", retention.Closed, keys)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "bandwidth-webrtc/session";

    private const string Active = "active";
    private const string Ended = "ended";

    /// <summary>A new session.</summary>
    internal State<WebRtcSession> New(
        string account, string partition, Guid id, WebRtcSession session, DateTimeOffset now) => New(
        account,
        partition,
        id.ToString(),
        session,
        new Lifetime
        {
            Status = Active,
            Open = true,
            CreatedAt = now,
            UpdatedAt = now,
            DateExpiry = now + SessionRules.Life,
        });

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => Ended;

    /// <inheritdoc/>
    protected override Decision<WebRtcSession> Expire(
        State<WebRtcSession> expired, State<WebRtcSession> stored, DateTimeOffset now) =>
        Decision.To(expired).Telling(AllLeave(expired, now));

    /// <inheritdoc/>
    protected override Decision<WebRtcSession> Close(State<WebRtcSession> open, DateTimeOffset now)
    {
        var moment = Moments.Of(now, open);
        var closed = open with { Lifetime = open.Lifetime.Close(Ended, CloseReasons.Api, moment) };
        return Decision.To(closed).Telling(AllLeave(closed, moment));
    }

    /// <inheritdoc/>
    protected override IEnumerable<SessionParty> PartiesOf(State<WebRtcSession> state) =>
        from member in state.Body.Members
        where member.Joined
        select new SessionParty(
            member.Id, "participant", state.Lifetime.Open ? "present" : "left", null, state.Lifetime.EndedAt);

    /// <inheritdoc/>
    protected override IEnumerable<string?> NamesOf(State<WebRtcSession> state) => [state.Body.Tag];

    private IEnumerable<OutboxEvent> AllLeave(State<WebRtcSession> closed, DateTimeOffset at) =>
        callbacks.Leaving(closed, closed.Body.Joined(), closed.Lifetime.EndedAt!.Value, at);
}

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
