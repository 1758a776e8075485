using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
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

    /// <summary>Whose it is, when those of all accounts were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Account { get; init; }

    public static SessionView Of(Document document, Lifetime lifetime, string surface) => new(
        Id: IdOf(document),
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

    // What was stored before there were short ids is found by its long one.
    private static string IdOf(Document document) =>
        document.Terms is { } terms && ShortId.IsOne(terms.Split(' ')[0])
            ? terms.Split(' ')[0]
            : SessionName.Of(document).ToString();
}

/// <summary>
/// The operator's name for a session: where it lies in the account and its own id, as in
/// <c>twilio-proxy:KS…~KC…</c>. It does not name the account, so that no other account's session can be named.
/// </summary>
/// <param name="Place">The partition without the account.</param>
/// <param name="Id">The session's own id.</param>
internal sealed partial record SessionName(string Place, string Id)
{
    public static SessionName Of(Document document) =>
        new(document.Partition[(document.Account.Length + 1)..], document.Id);

    /// <summary>The name in a text, or null when it is none.</summary>
    public static SessionName? Parse(string text) =>
        Form().Match(text) is { Success: true } match ? new(match.Groups[1].Value, match.Groups[2].Value) : null;

    /// <summary>What all partitions of an account begin with.</summary>
    public static string PrefixOf(Account account) => $"{account.Id}:";

    public string PartitionIn(Account account) => PrefixOf(account) + Place;

    public override string ToString() => $"{Place}~{Id}";

    [GeneratedRegex(@"^([A-Za-z0-9_.:-]{1,190})~([A-Za-z0-9_.:-]{1,255})\z")]
    private static partial Regex Form();
}
