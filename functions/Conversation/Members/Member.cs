using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>A user who has joined a session, as it is stored.</summary>
/// <param name="User">The user.</param>
public sealed record Member(string User)
{
    /// <summary>Until when the user is present unless there is another sign of life; null while absent.</summary>
    public DateTimeOffset? PresentUntil { get; init; }

    /// <summary>The last event that the user has read; null before the first.</summary>
    public int? ReadSequence { get; init; }

    /// <summary>When the user read it.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The number of the event by which the user joined; null for one who joined before that was noted.
    /// </summary>
    public int? Joined { get; init; }

    /// <summary>
    /// Whether the session is known to be in the user's list: that lies elsewhere, and whoever joins writes it next.
    /// Null until the member's first absence, when it is seen to that it is, should the process have died in between.
    /// </summary>
    public bool? Listed { get; init; }
}

/// <summary>How members are stored: with the log of their session.</summary>
internal sealed class MemberKind() : Kind<Member>("conversation/member", () => ConversationStorageJson.Default.Member)
{
    /// <summary>What those are listed by who were present when they were last written.</summary>
    public const string Present = "present";

    /// <summary>The kind.</summary>
    public static readonly MemberKind One = new();

    /// <summary>A member's id: a user's name may hold what an id must not.</summary>
    public static string IdOf(string user) =>
        "m" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)))[..32];

    /// <summary>A user who joins at this moment.</summary>
    public State<Member> New(State<SessionLog> log, string user, DateTimeOffset now) =>
        New(log, IdOf(user), new(user) { PresentUntil = now + PresenceRules.Lease }, now);

    /// <inheritdoc/>
    protected override string? IndexOf(State<Member> state) => state.Body.PresentUntil is null ? null : Present;

    /// <summary>The timer tells of an absence that nobody is there to notice.</summary>
    protected override DateTimeOffset? DueOf(State<Member> state) => state.Body.PresentUntil;
}

/// <summary>A page of members.</summary>
/// <param name="Members">The members, the first to join first.</param>
/// <param name="NextPageToken">What asks for the next page; empty on the last.</param>
public sealed record MemberPage(IReadOnlyList<MemberResource> Members, string NextPageToken)
{
    /// <summary>How many there are on all pages.</summary>
    public long TotalSize { get; init; }

    internal static MemberPage Of(
        IReadOnlyList<State<Member>> found, ProtoPaging paging, int maxBytes, DateTimeOffset now)
    {
        var shown = found.Take(paging.Size).ToList();
        var goesOn = found.Count > paging.Size || PageBytes.AreFull(found.Select(member => member.Origin!), maxBytes);
        var last = goesOn ? new ListPosition(shown[^1].CreatedAt, shown[^1].Id) : null;
        return new(
            [.. shown.Select(member => MemberResource.Of(member, now))],
            paging.TokenOf(last, ListOrder.OldestFirst));
    }
}

/// <summary>A member on the wire.</summary>
/// <param name="Name">The user, as join names it.</param>
/// <param name="JoinTime">When the user joined.</param>
/// <param name="Present">Whether the user is there: has given a sign of life that still counts.</param>
public sealed record MemberResource(string Name, Timestamp JoinTime, bool Present)
{
    /// <summary>Until when that counts; absent of those who are.</summary>
    public Timestamp? PresentUntil { get; init; }

    /// <summary>The last event that the user has read; absent before the first.</summary>
    public int? ReadSequence { get; init; }

    /// <summary>When the user read it.</summary>
    public Timestamp? ReadTime { get; init; }

    internal static MemberResource Of(State<Member> member, DateTimeOffset now)
    {
        var isPresent = PresenceRules.IsPresent(member, now);
        return new(member.Body.User, member.CreatedAt, isPresent)
        {
            PresentUntil = isPresent ? member.Body.PresentUntil : null,
            ReadSequence = member.Body.ReadSequence,
            ReadTime = member.Body.ReadAt,
        };
    }
}

/// <summary>What a sign of life and a read position answer with.</summary>
/// <param name="Member">The member.</param>
public sealed record MemberEnvelope(MemberResource Member);

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
