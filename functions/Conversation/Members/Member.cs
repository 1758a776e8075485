using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
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
internal sealed class MemberKind() : Kind<Member>("conversation/member", ConversationStorageJson.Default.Member)
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
public sealed record MemberResource(string Name, DateTimeOffset JoinTime, bool Present)
{
    /// <summary>Until when that counts; absent of those who are.</summary>
    public DateTimeOffset? PresentUntil { get; init; }

    /// <summary>The last event that the user has read; absent before the first.</summary>
    public int? ReadSequence { get; init; }

    /// <summary>When the user read it.</summary>
    public DateTimeOffset? ReadTime { get; init; }

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
