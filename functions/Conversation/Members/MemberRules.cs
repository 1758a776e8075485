using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>The rules of joining and leaving. Pure.</summary>
internal static class MemberRules
{
    /// <summary>What joining writes; that it was made before shows in the member's document.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="user">Who joins.</param>
    /// <param name="secretKey">The key that was sent with it, or null.</param>
    /// <param name="now">The moment of the call.</param>
    public static Step Join(Standing standing, string user, string? secretKey, DateTimeOffset now)
    {
        var fields = standing.Session.Body.Fields;
        if (!Users.IsOpenTo(fields, user) && !Opens(secretKey, fields))
        {
            throw ConversationErrors.NotFound(standing.Session.Document.Id);
        }

        SessionRules.RequireOpen(standing.Session);
        var member = MemberDocuments.New(SessionDocuments.PartitionOf(standing.Session), user, now);
        return new(new SessionEvent(EventTypes.Joined, now) { User = user })
        {
            Beside = new Write.Create(member),
            Log = Users.Owns(fields, user) ? log => With(log, member.Id) : null,
        };
    }

    /// <summary>What leaving writes: the end too, when the last present owner of a Temporary session leaves.</summary>
    public static Step Leave(Standing standing, string user, DateTimeOffset now)
    {
        SessionRules.RequireOpen(standing.Session);
        var (fields, id) = (standing.Session.Body.Fields, MemberDocuments.IdOf(user));
        var after = Without(standing.Log.Body, id);
        var left = new SessionEvent(EventTypes.Left, now) { User = user };
        var ended = new SessionEvent(EventTypes.Ended, now) { Reason = EndReasons.OwnersLeft };
        var ends = fields.SessionType == SessionTypes.Temporary && Users.Owns(fields, user)
            && !fields.Owners.Select(Users.IdOf).Select(MemberDocuments.IdOf).Any(IdsIn(after).Contains);
        return new(ends ? [left, ended] : [left])
        {
            Beside = new Write.Delete(id),
            Log = log => Without(log, id),
        };
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
