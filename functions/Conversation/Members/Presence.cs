using System.Collections.Concurrent;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Takes signs of life, and tells when they are missing. A sign writes the member alone; only who comes and who goes
/// is an event, in one commit with the member, so that each is told once whoever notices.
/// </summary>
public sealed class Presence(
    Reader reader,
    SessionReader sessions,
    EventLog events,
    Changes changes,
    Inboxes inboxes,
    ConversationSessionKind kind)
{
    private const int PageSize = 1000;

    private readonly ConcurrentDictionary<string, Task> _telling = new(StringComparer.Ordinal);

    /// <summary>A sign of life of a user; null when the user has not joined.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    /// <exception cref="RefusedException">The session has ended.</exception>
    internal async ValueTask<State<Member>?> Sign(
        State<ConversationSession> session, string user, DateTimeOffset now)
    {
        var place = kind.At(session.Partition, session.Id);
        var member = await sessions.Member(place, session, user, now);
        return member is null ? null : await Sign(new(now, CancellationToken.None), session, member);
    }

    /// <summary>A sign of life of a member.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    /// <exception cref="RefusedException">The session has ended, or the user has left it.</exception>
    internal async ValueTask<State<Member>> Sign(
        Command command, State<ConversationSession> session, State<Member> member)
    {
        var place = kind.At(session.Partition, session.Id);
        if (PresenceRules.IsPresent(member, command.Now))
        {
            return await changes.Change(command, SubjectOf(member), (found, now) => PresenceRules.Renew(
                found ?? throw ConversationErrors.NotMember(session.Id), now));
        }

        State<Member>? learnt = null;
        var log = events.Of(place, MemberKind.One) with
        {
            Learn = async standing =>
            {
                var known = await sessions.Member(place, standing.Head, member.Body.User, standing.Now);
                learnt = known is null || command.IsTrial
                    ? known
                    : await inboxes.List(standing.Head, known, standing.Now);
            },
        };
        return (await changes.Gather(command, log, (standing, now) => PresenceRules.Arrive(standing, learnt, now)))
            .Shown ?? throw new GoneException();
    }

    /// <summary>
    /// Tells of all in a session whose lease has run out. Whoever of this process comes meanwhile waits.
    /// </summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    /// <exception cref="RefusedException">The session is gone.</exception>
    internal async ValueTask TellLapsed(Place<ConversationSession> session, string partition, DateTimeOffset now)
    {
        var telling = new TaskCompletionSource();
        if (_telling.GetOrAdd(partition, telling.Task) is var first && first != telling.Task)
        {
            await first;
            return;
        }

        try
        {
            while (await TellSome(session, now))
            {
            }
        }
        finally
        {
            _telling.TryRemove(partition, out _);
            telling.SetResult();
        }
    }

    // Whether there are more.
    private async ValueTask<bool> TellSome(Place<ConversationSession> session, DateTimeOffset now)
    {
        IReadOnlyList<State<Member>> present = [];
        var log = events.Of(session, LogKind.One) with
        {
            Learn = async standing => present = standing.Log.Body.LapsesBy <= standing.Now
                ? await Listed(standing, await PresentIn(standing))
                : [],
        };
        var told = await changes.Gather(
            new(now, CancellationToken.None), log, (standing, at) => PresenceRules.Lapse(standing, present, at));
        return told.Seen.Log is { Lifetime.Open: true, Body.LapsesBy: { } next } && next <= now;
    }

    // Of those who are absent, the first that will be told of: with them it is written that they are listed.
    private async ValueTask<IReadOnlyList<State<Member>>> Listed(
        Standing standing, IReadOnlyList<State<Member>> present)
    {
        var absent = present.Where(member => !PresenceRules.IsPresent(member, standing.Now))
            .Take(PresenceRules.MostAtOnce)
            .ToList();
        var listed = await Task.WhenAll(absent.Select(
            member => inboxes.List(standing.Head, member, standing.Now).AsTask()));
        return [.. listed, .. present.Except(absent)];
    }

    private async ValueTask<IReadOnlyList<State<Member>>> PresentIn(Standing standing)
    {
        var all = new List<State<Member>>();
        var query = new ListQuery(standing.Partition, MemberKind.One.Name, PageSize)
        {
            Order = ListOrder.OldestFirst, Index = MemberKind.Present,
        };
        while (true)
        {
            var page = await reader.List(MemberKind.One, query, standing.Now, CancellationToken.None);
            all.AddRange(page);
            if (page.Count < PageSize)
            {
                return all;
            }

            query = query with { After = new(page[^1].CreatedAt, page[^1].Id) };
        }
    }

    // As it was just read; when it has changed since, it is read again.
    private Subject<State<Member>?, Member> SubjectOf(State<Member> member)
    {
        var isFirst = true;
        return new(MemberKind.One, member.Partition, async now =>
        {
            var known = isFirst ? member : null;
            isFirst = false;
            return known ?? await reader.Find(
                MemberKind.One, member.Partition, member.Id, now, CancellationToken.None);
        })
        {
            Lane = member.Id,
        };
    }
}

/// <summary>An open stream as a sign of life of its reader, if that is a member.</summary>
/// <param name="presence">Who takes it.</param>
/// <param name="session">The session.</param>
/// <param name="user">The reader.</param>
internal sealed class OpenStream(Presence presence, State<ConversationSession> session, string user)
{
    // Two of three may be late or lost.
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(13);

    private readonly string _user = Users.IdOf(user);
    private DateTimeOffset? _next = DateTimeOffset.MinValue;

    /// <summary>When it is time for the next sign of life; null while the reader is no member.</summary>
    public DateTimeOffset? Next => _next;

    /// <summary>Gives a sign of life when it is time to.</summary>
    public async ValueTask Give(DateTimeOffset now)
    {
        if (_next is null || now < _next)
        {
            return;
        }

        try
        {
            var member = await presence.Sign(session, _user, now);
            _next = member is null ? null : now + _every;
        }
        catch (Exception failed) when (failed is StoreFaultException or RefusedException or GoneException)
        {
            // The stream goes on without, and the next sign comes soon enough.
            _next = now + _every;
        }
    }

    /// <summary>Sees what is told: who joins is a member from then on.</summary>
    public void See(IReadOnlyList<StreamItem> items)
    {
        if (_next is null && items.Any(item => item.Event.Type == EventTypes.Joined && item.Event.User == _user))
        {
            _next = DateTimeOffset.MinValue;
        }
    }
}

/// <summary>Tells of absences that no open stream was there to notice.</summary>
internal sealed class MemberUpkeep(SessionReader sessions, Presence presence, ConversationSessionKind kind) : IDueKind
{
    /// <inheritdoc/>
    public string Name => MemberKind.One.Name;

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var member = MemberKind.One.Open(document, now)!;
        if (await sessions.LogIn(member.Partition, cancellation) is not { Lifetime.Open: true } log)
        {
            return PresenceRules.Forget(member, now);
        }

        try
        {
            var heads = member.Partition[..member.Partition.LastIndexOf(':')];
            await presence.TellLapsed(kind.At(heads, log.Body.SessionId), member.Partition, now);
            return Decision.Nothing;
        }
        catch (RefusedException)
        {
            // The session is gone, and what lies in it goes with its log.
            return PresenceRules.Forget(member, now);
        }
    }
}
