using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>A page of members.</summary>
/// <param name="Members">The members, the first to join first.</param>
/// <param name="NextPageToken">What asks for the next page; empty on the last.</param>
public sealed record MemberPage(IReadOnlyList<MemberResource> Members, string NextPageToken)
{
    internal static MemberPage Of(IReadOnlyList<Document> found, ProtoPaging paging)
    {
        var shown = found.Take(paging.Size).ToList();
        var last = found.Count > paging.Size
            ? new ListPosition(shown[^1].Lifetime.CreatedAt, shown[^1].Id)
            : null;
        return new([.. shown.Select(MemberResource.Of)], paging.TokenOf(last, ListOrder.OldestFirst));
    }
}

/// <summary>A member on the wire.</summary>
/// <param name="Name">The user, as join names it.</param>
/// <param name="JoinTime">When the user joined.</param>
public sealed record MemberResource(string Name, DateTimeOffset JoinTime)
{
    internal static MemberResource Of(Document document) =>
        new(MemberDocuments.Kind.Open(document)!.Body.User, document.Lifetime.CreatedAt);
}
