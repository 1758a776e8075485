using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What answers show of a Session beside its lifetime.</summary>
public record ShownSession
{
    /// <summary>Its own name, unique in the Service, or null.</summary>
    public string? UniqueName { get; init; }

    /// <summary>message-only, voice-only or voice-and-message.</summary>
    public string Mode { get; init; } = "";

    /// <summary>When someone last spoke or wrote in it, or null.</summary>
    public DateTimeOffset? LastInteractionAt { get; init; }
}

/// <summary>What is stored of a Session beside its lifetime.</summary>
public sealed record ProxySession : ShownSession
{
    /// <summary>
    /// Whether others may have the name again, because it closed where <c>TwilioProxy__FreeNamesOnClose</c> was set.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsNameFree { get; init; }

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

/// <summary>Sessions as answers have them.</summary>
internal static class ShownSessions
{
    /// <summary>What answers show of a Session.</summary>
    public static Shown<ShownSession> Shown(this State<ProxySession> session) =>
        new(session.Id, session.Lifetime, session.Version, session.Body);
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

/// <summary>
/// How Sessions are stored and how they end: in the partition of their Service, with a claim on the pair of each of
/// their participants for as long as they are open.
/// </summary>
public sealed class ProxySessionKind(
    ProxySettings settings,
    ClaimKind claims,
    PastClaimKind pastClaims,
    PastNameKind pastNames,
    SessionRemainsKind remains,
    TermKeys keys)
    : SessionKind<ProxySession>(
        KindName, () => ProxyStorageJson.Default.ProxySession, "TwilioProxy", settings.Retention, keys)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/session";

    /// <summary>The key that makes a unique name unique.</summary>
    internal static string KeyOf(string uniqueName) => $"name:{uniqueName}";

    /// <inheritdoc/>
    protected override string? KeyOf(State<ProxySession> state) =>
        state.Body is { UniqueName: { } name, IsNameFree: false } ? KeyOf(name) : null;

    /// <summary>
    /// A Session as it is written when it has just opened or closed: its name is its own while it is open, and after
    /// that as the settings say.
    /// </summary>
    internal State<ProxySession> Named(State<ProxySession> session) =>
        session.Body.UniqueName is null
        || (settings.FreesNamesOnClose && !session.Lifetime.Open) == session.Body.IsNameFree
            ? session
            : session with { Body = session.Body with { IsNameFree = !session.Lifetime.Open } };

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => SessionStatus.Closed;

    /// <inheritdoc/>
    protected override Decision<ProxySession> Close(State<ProxySession> open, DateTimeOffset now) => Decision.To(Named(
        open with { Lifetime = open.Lifetime.Close(SessionStatus.Closed, CloseReasons.Api, now) }));

    /// <inheritdoc/>
    protected override Decision<ProxySession> Expire(
        State<ProxySession> expired, State<ProxySession> stored, DateTimeOffset now) => Decision.To(Named(expired));

    /// <inheritdoc/>
    protected internal override IEnumerable<State> Follows(State<ProxySession> state) =>
        state.Body is { UniqueName: { } name, IsNameFree: true }
            ? [pastNames.Of(state, name)]
            : ClaimsOf(state);

    /// <inheritdoc/>
    protected internal override IEnumerable<Write> Leaves(
        State<ProxySession> before, State<ProxySession>? after, DateTimeOffset now) => after switch
        {
            null => remains.Of(before, now),
            { Lifetime.Open: true } => [],
            _ =>
            [
                .. ClaimsOf(before).Select(claim => new Write.Put(pastClaims.Of(claim, now + Retention).Seal(now))),
                .. remains.Of(after, now + Retention),
            ],
        };

    /// <inheritdoc/>
    protected override IEnumerable<SessionParty> PartiesOf(State<ProxySession> state) =>
        from one in state.Body.Participants
        select new SessionParty(
            one.Sid, "participant", one.DeletedAt is null ? "present" : "removed", one.CreatedAt, one.DeletedAt);

    /// <inheritdoc/>
    protected override IEnumerable<string?> NamesOf(State<ProxySession> state) => [state.Body.UniqueName];

    /// <inheritdoc/>
    protected override IEnumerable<string> NumbersOf(State<ProxySession> state) =>
        state.Body.Participants.Reverse().Select(one => one.Identifier);

    private IEnumerable<State<Claim>> ClaimsOf(State<ProxySession> session) =>
        session.Lifetime.Open ? session.Body.Present.Select(participant => claims.Of(session, participant)) : [];
}
