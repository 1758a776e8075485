using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>A session of any API: when and how it lives, and nothing of what is in it.</summary>
internal sealed record SessionView(
    string Id,
    string SessionId,
    string Surface,
    string Kind,
    string State,
    string Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? LastActivityAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? EndedAt,
    string? ClosedReason)
{
    public const string Open = "open";
    public const string Closed = "closed";

    public static SessionView Of(Document document, Lifetime lifetime, string surface, Account account) => new(
        Id: SessionName.Of(document, account).ToString(),
        SessionId: document.Id,
        Surface: surface,
        Kind: document.Kind,
        State: lifetime.Open ? Open : Closed,
        Status: lifetime.Status,
        CreatedAt: lifetime.CreatedAt,
        UpdatedAt: lifetime.UpdatedAt,
        StartedAt: lifetime.StartedAt,
        LastActivityAt: lifetime.LastActivityAt,
        ExpiresAt: lifetime.ExpiresAt,
        EndedAt: lifetime.EndedAt,
        ClosedReason: lifetime.ClosedReason);
}
