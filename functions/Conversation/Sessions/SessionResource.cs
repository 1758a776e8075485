using Sessions.Engine;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>
/// A session on the wire. The contract's fields come first; uid, etag, state, expireTime, endTime and endReason are the
/// proposals' own (AIP-148, 154, 214, 216), output only.
/// </summary>
public sealed record SessionResource(
    string Profile,
    string DisplayName,
    int SessionType,
    IReadOnlyList<string> Owners,
    IReadOnlyList<int> DefaultChannels,
    string Name,
    string Description,
    string SessionId,
    IReadOnlyList<string> AllowedUsers,
    RawJson Options,
    string? SecretKey,
    Timestamp CreateTime,
    Timestamp UpdateTime,
    Guid Uid,
    string Etag,
    string State,
    Timestamp? ExpireTime,
    Timestamp? EndTime,
    string? EndReason)
{
    /// <summary>The session as a user sees it: only owners see the secret key.</summary>
    internal static SessionResource For(string? user, State<ConversationSession> session)
    {
        var lifetime = session.Lifetime;
        var fields = session.Body.Fields;
        return new(
            Profile: fields.Profile,
            DisplayName: fields.DisplayName,
            SessionType: fields.SessionType,
            Owners: fields.Owners,
            DefaultChannels: fields.DefaultChannels,
            Name: $"sessions/{session.Id}",
            Description: fields.Description,
            SessionId: session.Id,
            AllowedUsers: fields.AllowedUsers,
            Options: new(fields.Options),
            SecretKey: user is not null && fields.SecretKey.Length > 0 && Users.Owns(fields, user)
                ? fields.SecretKey
                : null,
            CreateTime: lifetime.CreatedAt,
            UpdateTime: lifetime.UpdatedAt,
            Uid: session.Body.Uid,
            Etag: ConversationSession.VersionOf(session),
            State: lifetime.Status,
            ExpireTime: lifetime.ExpiresAt,
            EndTime: lifetime.EndedAt,
            EndReason: lifetime.ClosedReason);
    }
}

/// <summary>A page of sessions.</summary>
/// <param name="Sessions">The sessions.</param>
/// <param name="NextPageToken">What asks for the next page; empty on the last (AIP-158).</param>
/// <param name="TotalSize">How many there are on all pages; absent where that was not counted.</param>
public sealed record SessionPage(IReadOnlyList<SessionResource> Sessions, string NextPageToken, int? TotalSize);

/// <summary>What joining and leaving answer with.</summary>
/// <param name="Session">The session.</param>
public sealed record SessionEnvelope(SessionResource Session);

/// <summary>Finds sessions as they count at a moment.</summary>
public sealed class SessionReader(Reader reader, ConversationSessionKind sessions)
{
    /// <summary>Where the session of the route lies.</summary>
    /// <exception cref="RefusedException">No session can have its id.</exception>
    public Place<ConversationSession> PlaceOf(Exchange exchange)
    {
        var id = exchange.Route("session");
        return ConversationSessionKind.IsId(id)
            ? sessions.At(ConversationSessionKind.HeadsOf(exchange.Account.Id), id)
            : throw ConversationErrors.NotFound(id);
    }

    /// <summary>The session of the route, which must be open to the caller.</summary>
    /// <exception cref="RefusedException">There is none that the caller may see.</exception>
    public async ValueTask<State<ConversationSession>> Find(Exchange exchange)
    {
        var (place, user, stop) = (PlaceOf(exchange), exchange.Caller.Subject, exchange.Aborted);
        var session = await Now(await Head(place, stop), exchange.Now, stop);

        // What is not there must not answer sooner than what is hidden.
        var isOpen = session is null
            ? await HasJoined(Nowhere(place), user, stop)
            : await IsOpenTo(session, user, stop);
        return isOpen ? session! : throw ConversationErrors.NotFound(place.Id);
    }

    /// <summary>
    /// The session of the route as it was at most five seconds ago, for whoever reads page after page of what lies in
    /// it. It must be open to the caller; its lifetime is what its head has.
    /// </summary>
    /// <exception cref="RefusedException">There is none that the caller may see.</exception>
    public async ValueTask<State<ConversationSession>> FindRecent(Exchange exchange)
    {
        var (place, user, stop) = (PlaceOf(exchange), exchange.Caller.Subject, exchange.Aborted);
        var isKnown = reader.IsRecent(place.Partition, place.Id);
        var session = await reader.FindRecent(sessions, place.Partition, place.Id, exchange.Now, stop);
        if (session is not null && await IsOpenTo(session, user, stop))
        {
            return session;
        }

        // Whoever may not see it must not find out by the time that others do.
        await (session is null ? HasJoined(Nowhere(place), user, stop) : ValueTask.FromResult(false));
        await (isKnown ? Head(sessions.At(Nowhere(place), place.Id), stop) : default);
        throw ConversationErrors.NotFound(place.Id);
    }

    /// <summary>A session as its head has it, whatever the clock says.</summary>
    public ValueTask<State<ConversationSession>?> Head(
        Place<ConversationSession> place, CancellationToken cancellation) =>
        reader.Find(place.Kind, place.Partition, place.Id, default, cancellation);

    /// <summary>The same as it was at most five seconds ago.</summary>
    internal ValueTask<State<ConversationSession>?> RecentHead(
        Place<ConversationSession> place, DateTimeOffset now, CancellationToken cancellation) =>
        reader.FindRecent(place.Kind, place.Partition, place.Id, now, cancellation);

    /// <summary>
    /// The session of a head, as it counts at a moment. The head knows of its last activity only what it was last
    /// told, so one that seems to have expired costs a look into its log.
    /// </summary>
    public async ValueTask<State<ConversationSession>?> Now(
        State<ConversationSession>? head, DateTimeOffset now, CancellationToken cancellation) =>
        head?.Lifetime.ExpiresAt <= now ? SessionRules.At(head, await LogOf(head, cancellation), now) : head;

    /// <summary>Whether a user may see the session: it is open to all or to them, or they have joined it.</summary>
    public async ValueTask<bool> IsOpenTo(
        State<ConversationSession> session, string user, CancellationToken cancellation) =>
        Users.IsOpenTo(session.Body.Fields, user)
        || await HasJoined(ConversationSessionKind.PartitionOf(session), user, cancellation);

    /// <summary>Whether a user has joined the session of a partition.</summary>
    internal async ValueTask<bool> HasJoined(string partition, string user, CancellationToken cancellation) =>
        await reader.Find(partition, MemberKind.IdOf(user), cancellation) is not null;

    /// <summary>A user's membership; null when the user has not joined, or when there is no session.</summary>
    internal ValueTask<State<Member>?> Member(
        Place<ConversationSession> place, State<ConversationSession>? session, string user, DateTimeOffset now) =>
        reader.Find(
            MemberKind.One,
            session is null ? Nowhere(place) : ConversationSessionKind.PartitionOf(session),
            MemberKind.IdOf(user),
            now,
            CancellationToken.None);

    /// <summary>The log in a partition, or null when nothing has happened there.</summary>
    internal ValueTask<State<SessionLog>?> LogIn(string partition, CancellationToken cancellation) =>
        reader.Find(LogKind.One, partition, LogKind.Id, default, cancellation);

    /// <summary>A session and its log: the one that is known, if it is this session's.</summary>
    /// <exception cref="RefusedException">There is no such session.</exception>
    internal async ValueTask<Standing> Standing(
        Place<ConversationSession> place, State<SessionLog>? known, DateTimeOffset now)
    {
        // It is read for all who want something of it, so nobody's leaving ends that.
        var head = await Head(place, CancellationToken.None);
        if (head is null)
        {
            await LogIn(Nowhere(place), CancellationToken.None);
            await HasJoined(Nowhere(place), "", CancellationToken.None);
            throw ConversationErrors.NotFound(place.Id);
        }

        var isSame = known?.Partition == ConversationSessionKind.PartitionOf(head);
        return new(head, isSame ? known! : await LogOf(head, CancellationToken.None), now);
    }

    /// <summary>A session as it will be, and its log.</summary>
    internal async ValueTask<Standing> Standing(State<ConversationSession> next, DateTimeOffset now) =>
        new(next, await LogOf(next, CancellationToken.None), now);

    private async ValueTask<State<SessionLog>> LogOf(
        State<ConversationSession> session, CancellationToken cancellation) =>
        await LogIn(ConversationSessionKind.PartitionOf(session), cancellation) ?? LogKind.One.New(session);

    private static string Nowhere(Place<ConversationSession> place) => $"{place.Partition}:{Guid.Empty:N}";
}
