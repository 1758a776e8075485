using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.BandwidthWebRtc;

/// <summary>Reads what the path names, as it counts at a moment. All of an account's lies in one partition.</summary>
public sealed class BandwidthReader(Reader reader, WebRtcSessionKind sessions, WebRtcParticipantKind participants)
{
    /// <summary>The partition of everything that the caller's account has here.</summary>
    public static string PartitionOf(Exchange exchange) => $"{exchange.Account.Id}:bandwidth-webrtc:account";

    /// <summary>The session of the path.</summary>
    /// <exception cref="RefusedException">404: there is none, or it has ended.</exception>
    public async ValueTask<State<WebRtcSession>> Session(Exchange exchange, DateTimeOffset now)
    {
        var id = exchange.SessionId();
        return await Session(exchange, id, now) ?? throw BandwidthErrors.NoSession(id);
    }

    /// <summary>The participant of the path.</summary>
    /// <exception cref="RefusedException">404: there is none.</exception>
    public async ValueTask<State<WebRtcParticipant>> Participant(Exchange exchange, DateTimeOffset now)
    {
        var id = exchange.ParticipantId();
        return await reader.Find(participants, PartitionOf(exchange), id, now, exchange.Aborted)
            ?? throw BandwidthErrors.NoParticipant(id);
    }

    /// <summary>Both, read at once.</summary>
    /// <exception cref="RefusedException">404: one of them is not there; of two, the session is named.</exception>
    public async ValueTask<Meeting> Both(Exchange exchange, DateTimeOffset now)
    {
        var (session, participant) = (Session(exchange, now).AsTask(), Participant(exchange, now).AsTask());

        // WhenAll alone would throw what came back first.
        await Task.WhenAll((Task)session, participant).Quietly();
        return await Meet(exchange, await session, await participant, now);
    }

    /// <summary>The session of the path and a participant, with where that is.</summary>
    public async ValueTask<Meeting> Meet(
        Exchange exchange,
        State<WebRtcSession> session,
        State<WebRtcParticipant> participant,
        DateTimeOffset now) => new(
        session,
        participant,
        participant.Body.Session?.Id != session.Id
            && (await SessionOf(exchange, participant, now))?.Body.Find(participant.Id) is { Joined: true });

    /// <summary>The session that a participant points to, when it lives and knows the participant; else null.</summary>
    public async ValueTask<State<WebRtcSession>?> SessionOf(
        Exchange exchange, State<WebRtcParticipant> participant, DateTimeOffset now) =>
        participant.Body.Session is { } link && now < link.EndsAt
        && await Session(exchange, link.Id, now) is { } session && session.Body.Find(participant.Id) is not null
            ? session
            : null;

    private async ValueTask<State<WebRtcSession>?> Session(Exchange exchange, string id, DateTimeOffset now) =>
        await reader.Find(sessions, PartitionOf(exchange), id, now, exchange.Aborted) is { Lifetime.Open: true } live
            ? live
            : null;
}

/// <summary>A session and a participant.</summary>
/// <param name="Session">The session.</param>
/// <param name="Participant">The participant.</param>
/// <param name="Elsewhere">Whether the participant is in another session.</param>
public sealed record Meeting(
    State<WebRtcSession> Session, State<WebRtcParticipant> Participant, bool Elsewhere);

/// <summary>
/// What the routes name. Bandwidth's old documentation shows the account twice, by mistake; clients that were written
/// by it are served as well.
/// </summary>
internal static class BandwidthPaths
{
    public const string AccountId = "accountId";
    public const string SecondAccountId = "secondAccountId";
    public const string SessionId = "sessionId";
    public const string ParticipantId = "participantId";
}

/// <summary>Bandwidth's ids are UUIDs; they are read in any case and written in lower case.</summary>
internal static class BandwidthIds
{
    /// <summary>The id in the form in which it is kept, or null when it is none.</summary>
    public static string? Canonical(string? id) => Guid.TryParseExact(id, "D", out var uuid) ? uuid.ToString() : null;

    /// <summary>The session that the path names.</summary>
    /// <exception cref="RefusedException">404: it is no id.</exception>
    public static string SessionId(this Exchange exchange)
    {
        var id = exchange.Route(BandwidthPaths.SessionId);
        return Canonical(id) ?? throw BandwidthErrors.NoSession(id);
    }

    /// <summary>The participant that the path names.</summary>
    /// <exception cref="RefusedException">404: it is no id.</exception>
    public static string ParticipantId(this Exchange exchange)
    {
        var id = exchange.Route(BandwidthPaths.ParticipantId);
        return Canonical(id) ?? throw BandwidthErrors.NoParticipant(id);
    }
}

/// <summary>The rules that several request bodies share.</summary>
internal static class BandwidthParameters
{
    private const int MaxTag = 50;

    /// <summary>A tag of at most 50 characters (UTF-16 code units); null when it is absent or empty.</summary>
    /// <exception cref="Http.RefusedException">400: it is longer.</exception>
    public static string? Tag(string? tag) =>
        tag is null or "" ? null
        : tag.Length <= MaxTag ? tag
        : throw BandwidthErrors.Invalid($"tag has {tag.Length} characters. Send at most {MaxTag}.");
}
