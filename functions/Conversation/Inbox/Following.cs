using Sessions.Engine;
using Sessions.Http.Streams;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// That a session is one of a user's, as it is stored. Of those that the user has joined it lies in the user's own
/// partition, since a commit with the member, which lies in the session's, cannot reach there; of those that name the
/// user as an owner or as allowed, it lies beside the session's head and follows from it.
/// </summary>
/// <param name="SessionId">The id of the session, whose head lies with the account's others.</param>
/// <param name="Uid">Tells the session from a later one of the same id.</param>
/// <param name="Sequence">
/// Of one that was joined, the number of the event that tells of it: whoever is late with what came before it knows by
/// that. 0 of one that names the user.
/// </param>
public sealed record Following(string SessionId, Guid Uid, int Sequence);

/// <summary>How it is stored.</summary>
internal sealed class FollowingKind()
    : Kind<Following>("conversation/following", () => ConversationStorageJson.Default.Following)
{
    /// <summary>How many of the users that a session names find it in their lists without having joined.</summary>
    private const int MostNamed = 40;

    /// <summary>The kind.</summary>
    public static readonly FollowingKind One = new();

    /// <summary>Where a user's own list lies.</summary>
    public static string PartitionOf(string account, string user) =>
        PartitionOfMember(account, MemberKind.IdOf(user));

    /// <summary>The same by the id that the user's memberships have.</summary>
    public static string PartitionOfMember(string account, string member) => $"{account}:conversation-user:{member}";

    /// <summary>
    /// What inboxes listen to: the user's own list, and what names the user beside the heads.
    /// </summary>
    public static IReadOnlyList<string> ListsOf(string account, string user) =>
    [
        PartitionOf(account, user),
        WriteSignals.Of(ConversationSessionKind.HeadsOf(account), MemberKind.IdOf(user)),
    ];

    /// <summary>Inboxes wait for it.</summary>
    protected override bool IsWatched(State<Following> state) => true;

    /// <summary>A session that a user has joined.</summary>
    public State<Following> Joined(
        State<ConversationSession> session, string user, int sequence, DateTimeOffset joined, DateTimeOffset now) =>
        New(
            session.Account,
            PartitionOf(session.Account, user),
            IdOf(session.Body.Uid),
            new Following(session.Id, session.Body.Uid, sequence),
            joined) with
        {
            Index = MemberKind.IdOf(user), DueAt = Activity.DueAt(now),
        };

    /// <summary>The same of another moment: raised to a later event.</summary>
    public static State<Following> Again(State<Following> before, int sequence, DateTimeOffset now) =>
        before.To(before.Body with { Sequence = sequence }, now) with { DueAt = Activity.DueAt(now) };

    /// <summary>The id of a session that a user has joined, in the user's list.</summary>
    public static string IdOf(Guid uid) => $"f{uid:N}";

    /// <summary>What follows from a session for those whom it names.</summary>
    public IEnumerable<State> Of(State<ConversationSession> session) =>
        session.Body.NamedAt is { } named
            ? Named(session.Body.Fields).Select(user => Of(session, MemberKind.IdOf(user), named))
            : [];

    /// <summary>The users whom a session names, as far as they find it in their lists.</summary>
    public static IReadOnlyList<string> Named(SessionFields fields)
    {
        List<string> named = [];
        Add(fields.Owners);
        Add(fields.AllowedUsers);
        return named;

        void Add(IReadOnlyList<string> users)
        {
            for (var i = 0; i < users.Count && named.Count < MostNamed; i++)
            {
                var user = Users.IdOf(users[i]);
                if (user.Length > 0 && !named.Contains(user))
                {
                    named.Add(user);
                }
            }
        }
    }

    // The moment is part of the id: an earlier program, for as long as it runs beside this one, forgets it when it
    // writes the session, and what is listed anew must not meet what was listed before that.
    private State<Following> Of(State<ConversationSession> session, string member, DateTimeOffset named) =>
        New(
            session,
            $"{IdOf(session.Body.Uid)}{member}-{named.UtcTicks:x}",
            new Following(session.Id, session.Body.Uid, 0),
            session.CreatedAt) with
        {
            Index = member, DueAt = Activity.DueAt(named), PurgeAt = session.PurgeAt,
        };
}

/// <summary>
/// How it is found, over all partitions and in one call, in which sessions something has happened since a moment, and
/// whose lists have changed. A store lists nothing over partitions in the order of its writes, but it does list what is
/// due: so what is to be found carries the moment of its write as one at which it is due, a hundred years later, to
/// which the timer never comes. That costs no call and no document.
/// </summary>
internal static class Activity
{
    private static readonly TimeSpan _later = TimeSpan.FromDays(36525);

    /// <summary>The kinds of what is found so.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [LogKind.One.Name, EndingKind.One.Name, FollowingKind.One.Name];

    /// <summary>What is due of them, all together, is what has happened.</summary>
    public static DateTimeOffset Latest => DateTimeOffset.MaxValue;

    /// <summary>What is written at this moment is due then.</summary>
    public static DateTimeOffset DueAt(DateTimeOffset written) => written + _later;
}

/// <summary>That a session has ended: its log, which says so, is due by then to be seen to.</summary>
/// <param name="SessionId">The id of the session.</param>
internal sealed record Ending(string SessionId);

/// <summary>How ends are stored: with the log of their session.</summary>
internal sealed class EndingKind() : Kind<Ending>("conversation/ending", () => ConversationStorageJson.Default.Ending)
{
    /// <summary>The kind.</summary>
    public static readonly EndingKind One = new();

    /// <summary>The end of a session, which is written at this moment.</summary>
    public State<Ending> New(State<SessionLog> log, DateTimeOffset now) =>
        New(log, "ending", new(log.Body.SessionId), now) with { DueAt = Activity.DueAt(now) };
}

/// <summary>Where something has happened, for inboxes that are opened or go on.</summary>
public sealed class Activities(IDocumentStore store, StoreWatch watch)
{
    private const int PageSize = 1000;

    // Whoever comes back after a long time looks at each session rather than at all that has happened meanwhile.
    private const int MostPages = 5;

    /// <summary>By when all that was written was told, to those who listen.</summary>
    public DateTimeOffset SeenUpTo => watch.SeenUpTo;

    /// <summary>Where something was written since a moment; null when that is too much to ask for.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlySet<string>?> Since(DateTimeOffset moment, CancellationToken cancellation)
    {
        HashSet<string> partitions = new(StringComparer.Ordinal);
        var query = new DueQuery(Activity.Kinds, Activity.Latest, 1) { From = Activity.DueAt(moment) };
        if ((await store.ReadDue(query, cancellation)).OrNull() is [])
        {
            return partitions;
        }

        foreach (var kind in Activity.Kinds)
        {
            var (pages, next) = (0, query with { Kinds = [kind], Limit = PageSize });
            while ((await store.ReadDue(next, cancellation)).OrNull() is [.., var last] page)
            {
                partitions.UnionWith(page.Select(one => one.Partition));
                next = next with { After = last };
                if (++pages == MostPages)
                {
                    return null;
                }
            }
        }

        return partitions;
    }
}
