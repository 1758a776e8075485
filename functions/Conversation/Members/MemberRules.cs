using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>The rules of joining and leaving. Pure.</summary>
internal static class MemberRules
{
    /// <summary>Joining; it changes nothing for one who is there.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="user">Who joins.</param>
    /// <param name="secretKey">The key that was sent with it, or null.</param>
    /// <param name="joined">Whether the user is known to be there.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Http.RefusedException">The session has ended, or is not open to the user.</exception>
    public static Decision<SessionLog> Join(
        Standing standing, string user, string? secretKey, bool joined, DateTimeOffset now)
    {
        var fields = standing.Session.Body.Fields;
        SessionRules.RequireOpenTo(
            standing.Session, user, joined: Users.IsOpenTo(fields, user) || Opens(secretKey, fields));
        if (joined)
        {
            return standing.Then().Decision;
        }

        var member = MemberKind.One.New(standing.Log, user, now);
        var happening = (Users.Owns(fields, user) ? standing.Noting(log => With(log, member.Id)) : standing)
            .Expecting(member.Body.PresentUntil!.Value)
            .Then(new SessionEvent(EventTypes.Joined, now) { User = user });
        return happening.Decision.And(member with
        {
            Body = member.Body with { Joined = EventKind.SequenceOf(happening.Events[^1]) },
        });
    }

    /// <summary>
    /// Leaving; it changes nothing for one who is not there. It is the end, too, when the last present owner of a
    /// Temporary session leaves.
    /// </summary>
    /// <param name="standing">The session.</param>
    /// <param name="user">Who leaves.</param>
    /// <param name="joined">Whether the user is there; null when nobody has looked.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Http.RefusedException">The session has ended, or is not open to the user.</exception>
    public static Decision<SessionLog> Leave(Standing standing, string user, bool? joined, DateTimeOffset now)
    {
        var (fields, id) = (standing.Session.Body.Fields, MemberKind.IdOf(user));
        SessionRules.RequireOpenTo(standing.Session, user, joined is true);
        if (joined is false)
        {
            return standing.Then().Decision;
        }

        var after = standing.Noting(log => Without(log, id));
        var left = new SessionEvent(EventTypes.Left, now) { User = user };
        var ended = new SessionEvent(EventTypes.Ended, now) { Reason = EndReasons.OwnersLeft };
        var ends = fields.SessionType == SessionTypes.Temporary && Users.Owns(fields, user)
            && !fields.Owners.Select(Users.IdOf).Select(MemberKind.IdOf).Any(IdsIn(after.Log.Body).Contains);
        return (ends ? after.Then(left, ended) : after.Then(left)).Decision.AndWrite(new Write.Delete(id));
    }

    private static bool Opens(string? secretKey, SessionFields fields) =>
        fields.SecretKey.Length > 0 && secretKey is not null
        && SecretDigest.Of(secretKey).Matches(SecretDigest.Of(fields.SecretKey));

    private static string[] IdsIn(SessionLog log) => log.Owners.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static SessionLog With(SessionLog log, string id) =>
        Without(log, id) is var others && others.Owners.Length == 0
            ? others with { Owners = id }
            : others with { Owners = $"{others.Owners},{id}" };

    private static SessionLog Without(SessionLog log, string id) =>
        log with { Owners = string.Join(',', IdsIn(log).Where(each => each != id)) };
}
