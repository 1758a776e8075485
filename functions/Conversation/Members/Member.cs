using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>A user who has joined a session, as it is stored.</summary>
/// <param name="User">The user.</param>
public sealed record Member(string User);

/// <summary>How members are stored: with the log of their session.</summary>
internal sealed class MemberKind() : Kind<Member>("conversation/member", ConversationStorageJson.Default.Member)
{
    /// <summary>The kind.</summary>
    public static readonly MemberKind One = new();

    /// <summary>A member's id: a user's name may hold what an id must not.</summary>
    public static string IdOf(string user) =>
        "m" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)))[..32];

    /// <summary>A user who joins at this moment.</summary>
    public State<Member> New(State<SessionLog> log, string user, DateTimeOffset now) =>
        New(log, IdOf(user), new(user), now);
}

/// <summary>A page of members.</summary>
/// <param name="Members">The members, the first to join first.</param>
/// <param name="NextPageToken">What asks for the next page; empty on the last.</param>
public sealed record MemberPage(IReadOnlyList<MemberResource> Members, string NextPageToken)
{
    /// <summary>How many there are on all pages.</summary>
    public long TotalSize { get; init; }

    internal static MemberPage Of(IReadOnlyList<State<Member>> found, ProtoPaging paging, int maxBytes)
    {
        var shown = found.Take(paging.Size).ToList();
        var goesOn = found.Count > paging.Size || PageBytes.AreFull(found.Select(member => member.Origin!), maxBytes);
        var last = goesOn ? new ListPosition(shown[^1].CreatedAt, shown[^1].Id) : null;
        return new(
            [.. shown.Select(member => new MemberResource(member.Body.User, member.CreatedAt))],
            paging.TokenOf(last, ListOrder.OldestFirst));
    }
}

/// <summary>A member on the wire.</summary>
/// <param name="Name">The user, as join names it.</param>
/// <param name="JoinTime">When the user joined.</param>
public sealed record MemberResource(string Name, DateTimeOffset JoinTime);
