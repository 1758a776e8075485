using System.Security.Cryptography;
using System.Text;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>A user who has joined a session, as it is stored.</summary>
/// <param name="User">The user.</param>
public sealed record Member(string User);

/// <summary>How members lie in the store: with the log of their session.</summary>
internal static class MemberDocuments
{
    public static readonly DocumentKind<Member> Kind =
        new("conversation/member", ConversationStorageJson.Default.Member);

    /// <summary>A member's id: a user's name may hold what an id must not.</summary>
    public static string IdOf(string user) =>
        "m" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)))[..32];

    public static Document New(string partition, string user, DateTimeOffset now) => new()
    {
        Partition = partition,
        Id = IdOf(user),
        Kind = Kind.Name,
        Lifetime = new Lifetime { Status = EventTypes.Joined, Open = true, CreatedAt = now, UpdatedAt = now },
        Body = Kind.Seal(new(user)),
    };
}
