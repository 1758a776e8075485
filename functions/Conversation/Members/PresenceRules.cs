using Sessions.Engine;

namespace Sessions.Conversation;

/// <summary>
/// The rules of being there. A member is present by a lease: joining, an open stream and a heartbeat are signs of
/// life, and without another one the member is absent when the lease runs out, whether or not anybody has told of it.
/// Pure.
/// </summary>
internal static class PresenceRules
{
    /// <summary>How long a sign of life counts.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);

    /// <summary>How many absences a commit tells of: each is an event and a member, of a hundred writes.</summary>
    public const int MostAtOnce = 45;

    // One that is nearly as late as another need not be written.
    private static readonly TimeSpan _sameSign = TimeSpan.FromSeconds(5);

    /// <summary>Whether a member is present.</summary>
    public static bool IsPresent(State<Member> member, DateTimeOffset now) => member.Body.PresentUntil > now;

    /// <summary>A sign of life of one who is present; who is not any more must arrive again.</summary>
    public static Decision<Member> Renew(State<Member> member, DateTimeOffset now) =>
        IsPresent(member, now) && member.Body.PresentUntil < now + Lease - _sameSign
            ? Decision.To(Until(member, now + Lease, now))
            : Decision.Keep(member);

    /// <summary>A sign of life of one who was absent.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="member">The member, if there is one.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Http.RefusedException">There is none, or the session has ended.</exception>
    public static Decision<Member> Arrive(Standing standing, State<Member>? member, DateTimeOffset now)
    {
        if (member is null)
        {
            throw ConversationErrors.NotMember(standing.Session.Id);
        }

        SessionRules.RequireOpen(standing.Session);
        var there = Until(member, now + Lease, now);
        if (IsPresent(member, now))
        {
            return Decision.To(there);
        }

        // Nobody has told yet that the lease had run out.
        List<SessionEvent> told = member.Body.PresentUntil is { } lapsed ? [Absent(member, lapsed)] : [];
        return standing.Expecting(now + Lease)
            .Then([.. told, new(EventTypes.Present, now) { User = member.Body.User }])
            .Decision.And(there).Showing(there);
    }

    /// <summary>Tells of those whose lease has run out, and notes when to look again.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="present">All who were present when they were last written.</param>
    /// <param name="now">The moment.</param>
    public static Decision<SessionLog> Lapse(
        Standing standing, IReadOnlyList<State<Member>> present, DateTimeOffset now)
    {
        if (!standing.Session.Lifetime.Open)
        {
            return SessionRules.EndExpired(standing);
        }

        if (!(standing.Log.Body.LapsesBy <= now))
        {
            return Decision.Keep(standing.Log);
        }

        var lapsed = present.Where(member => !IsPresent(member, now)).Take(MostAtOnce).ToList();
        var noted = standing.Noting(log => log with
        {
            LapsesBy = present.Except(lapsed).Select(member => member.Body.PresentUntil).Min(),
        });
        return (lapsed is [] ? Decision.To(noted.Log) : noted.Then([.. lapsed.Select(Absent)]).Decision)
            .And(lapsed.Select(member => Until(member, null, now)));
    }

    /// <summary>How far a member has read; a step back changes nothing.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="member">The member, if there is one.</param>
    /// <param name="user">The user.</param>
    /// <param name="sequence">The last event that was read.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Http.RefusedException">
    /// There is none, the session has ended, or there is no such event.
    /// </exception>
    public static Decision<Member> MarkRead(
        Standing standing, State<Member>? member, string user, int sequence, DateTimeOffset now)
    {
        SessionRules.RequireOpenTo(standing.Session, user, joined: member is not null);
        if (member is null)
        {
            throw ConversationErrors.NotMember(standing.Session.Id);
        }

        if (sequence >= standing.Log.Body.Next)
        {
            throw ConversationErrors.Invalid("sequence", "must be that of an event of the session.");
        }

        if (sequence <= member.Body.ReadSequence)
        {
            return Decision.Keep(member);
        }

        var read = member.To(member.Body with { ReadSequence = sequence, ReadAt = now }, now);
        var told = new SessionEvent(EventTypes.Read, now) { User = user, ReadSequence = sequence };
        return Decision.To(standing.Passing(told).Log).And(read).Showing(read);
    }

    /// <summary>One of whom nothing is to be told any more, since the session has ended.</summary>
    public static Decision Forget(State<Member> member, DateTimeOffset now) =>
        Decision.To(Until(member, null, now));

    private static SessionEvent Absent(State<Member> member) => Absent(member, member.Body.PresentUntil!.Value);

    private static SessionEvent Absent(State<Member> member, DateTimeOffset since) =>
        new(EventTypes.Absent, since) { User = member.Body.User };

    private static State<Member> Until(State<Member> member, DateTimeOffset? until, DateTimeOffset now) =>
        member.To(member.Body with { PresentUntil = until }, now);
}
