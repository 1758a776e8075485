using System.Globalization;
using Sessions.Engine;
using Sessions.Http.Streams;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Each user's list of sessions. What a session's own document says, by naming users, is listed in its commit. Who
/// joins is listed in a commit of its own, between the one with the member and the answer: a join that was answered is
/// listed, and of one that was not, because the process died, the member's first absence or the next join sees to it.
/// </summary>
public sealed class Inboxes(Changes changes, Reader reader, WriteSignals signals)
{
    /// <summary>How many sessions an inbox follows.</summary>
    public const int MostFollowed = 1000;

    private const int PageSize = 100;
    private const int AtOnce = 8;

    /// <summary>Lists a session that a user has joined.</summary>
    /// <param name="session">The session.</param>
    /// <param name="user">The user.</param>
    /// <param name="sequence">The number of the event that tells of it.</param>
    /// <param name="joined">When that was written.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    internal async ValueTask Add(
        State<ConversationSession> session, string user, int sequence, DateTimeOffset joined, DateTimeOffset now)
    {
        var listed = FollowingKind.One.Joined(session, user, sequence, joined, now);
        State<Following>? found = null;
        await changes.Create(
            new(now, CancellationToken.None),
            FollowingKind.One,
            listed.Partition,
            at => found is null ? Decision.To(listed)
                : found.Body.Sequence < sequence ? Decision.To(FollowingKind.Again(found, sequence, at))
                : Decision.Keep(found),
            create => create with
            {
                Taken = async (_, at) => found = await reader.Find(
                    FollowingKind.One, listed.Partition, listed.Id, at, CancellationToken.None),
            });
        signals.Tell(listed.Partition);
    }

    /// <summary>Sees to it that a session is listed for a member; gives the member, of whom that is known.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    internal async ValueTask<State<Member>> List(
        State<ConversationSession> session, State<Member> member, DateTimeOffset now)
    {
        if (member.Body.Listed is true)
        {
            return member;
        }

        var (user, sequence) = (member.Body.User, member.Body.Joined ?? 0);
        var listed = await reader.Find(
            FollowingKind.One,
            FollowingKind.PartitionOf(session.Account, user),
            FollowingKind.IdOf(session.Body.Uid),
            now,
            CancellationToken.None);
        await (listed?.Body.Sequence >= sequence ? default : Add(session, user, sequence, member.CreatedAt, now));
        return member with { Body = member.Body with { Listed = true } };
    }

    /// <summary>Takes a session that a user has left from the list, unless the user has joined it again.</summary>
    /// <param name="session">The session.</param>
    /// <param name="user">The user.</param>
    /// <param name="sequence">The number of an event after which the user was not there.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    internal async ValueTask Remove(
        State<ConversationSession> session, string user, int sequence, DateTimeOffset now)
    {
        var partition = FollowingKind.PartitionOf(session.Account, user);
        await Remove(partition, session.Body.Uid, sequence, new(now, CancellationToken.None));
        signals.Tell(partition);
    }

    /// <summary>Takes a session that is forgotten from the lists of all its members.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    internal async ValueTask Forget(State<SessionLog> log, DateTimeOffset now, CancellationToken cancellation)
    {
        var uid = Guid.ParseExact(log.Partition.AsSpan(log.Partition.LastIndexOf(':') + 1), "N");
        var command = new Command(now, cancellation);
        var query = new ListQuery(log.Partition, MemberKind.One.Name, PageSize) { Order = ListOrder.OldestFirst };
        IReadOnlyList<State<Member>> page;
        do
        {
            page = await reader.List(MemberKind.One, query, now, cancellation);
            await Parallel.ForEachAsync(
                page,
                SideBySide.Options(AtOnce, cancellation),
                (member, _) => Remove(
                    FollowingKind.PartitionOfMember(log.Account, member.Id), uid, int.MaxValue, command));
            query = page is [.., var last] ? query with { After = new(last.CreatedAt, last.Id) } : query;
        }
        while (page.Count == PageSize);
    }

    /// <summary>Wakes the inboxes of those whom a session names, or has named.</summary>
    internal void Tell(State<ConversationSession> session)
    {
        foreach (var user in FollowingKind.Named(session.Body.Fields))
        {
            signals.Tell(FollowingKind.PartitionOf(session.Account, user));
        }
    }

    /// <summary>A user's sessions, the latest first: two calls.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<InboxList> Read(
        string account, string user, DateTimeOffset now, CancellationToken cancellation)
    {
        var kind = FollowingKind.One;
        var own = new ListQuery(FollowingKind.PartitionOf(account, user), kind.Name, MostFollowed + 1);
        var named = new ListQuery(ConversationSessionKind.HeadsOf(account), kind.Name, MostFollowed + 1)
        {
            Index = MemberKind.IdOf(user),
        };
        IEnumerable<State<Following>> all =
        [
            .. await reader.List(kind, own, now, cancellation), .. await reader.List(kind, named, now, cancellation),
        ];
        var sessions = all.GroupBy(one => one.Body.Uid)
            .Select(same => new Followed(
                ConversationSessionKind.PartitionOf(account, same.Key),
                same.First().Body.SessionId,
                same.Key,
                same.Min(one => one.CreatedAt),
                same.Max(one => one.Body.Sequence) is var sequence and > 0 ? sequence
                    : same.Any(one => one.Partition == own.Partition) ? 0 : null))
            .OrderByDescending(one => one.Since)
            .ToList();
        return new([.. sessions.Take(MostFollowed)], sessions.Count > MostFollowed);
    }

    private async ValueTask Remove(string partition, Guid uid, int upTo, Command command)
    {
        var place = FollowingKind.One.At(partition, FollowingKind.IdOf(uid));
        await changes.Remove(command, place, (found, now) =>
            found?.Body.Sequence <= upTo ? Decision.Remove(found)
            : Decision.Keep(found ?? place.Kind.New("", partition, place.Id, new(place.Id, uid, 0), now)));
    }
}

/// <summary>The sessions that an inbox follows.</summary>
/// <param name="Sessions">The sessions, the latest first.</param>
/// <param name="HasMore">Whether there are others, which it does not follow.</param>
internal sealed record InboxList(IReadOnlyList<Followed> Sessions, bool HasMore);

/// <summary>A session as an inbox follows it.</summary>
/// <param name="Partition">Where what happens in it lies.</param>
/// <param name="SessionId">Its id.</param>
/// <param name="Uid">Tells it from a later one of the same id.</param>
/// <param name="Since">Since when it is one of the user's.</param>
/// <param name="Joined">The event by which the user has joined it; null when it only names the user.</param>
internal sealed record Followed(string Partition, string SessionId, Guid Uid, DateTimeOffset Since, int? Joined)
{
    /// <summary>
    /// Its place among others, by which cursors know it. Of those that begin within four milliseconds, twenty bits tell
    /// them apart.
    /// </summary>
    public ulong Key { get; } = ulong.Parse(
        Uid.ToString("N").AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Its resource name.</summary>
    public string Name => $"sessions/{SessionId}";
}
