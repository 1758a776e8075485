using System.Text.RegularExpressions;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// How sessions lie in the store. The head is what the API calls a session; it lies with the account's other heads, so
/// that they are listed in one call. Everything that happens in a session lies in a partition of its own, named by
/// its uid, so that a later session of the same id starts empty.
/// </summary>
public sealed partial class SessionDocuments(RetentionSettings retention)
{
    /// <summary>How long an ended session is kept.</summary>
    public TimeSpan Retention => retention.Closed;

    /// <summary>The kind of the heads, with its expiry.</summary>
    public TimedKind<ConversationSession> Kind { get; } = new(
        "conversation/session",
        ConversationStorageJson.Default.ConversationSession,
        _ => SessionRules.Ended,
        retention.Closed);

    /// <summary>Where an account's heads lie.</summary>
    public static string HeadsOf(Account account) => $"{account.Id}:conversation";

    /// <summary>Where what happens in a session lies.</summary>
    public static string PartitionOf(Stored<ConversationSession> session) =>
        $"{session.Document.Partition}:{session.Body.Uid:N}";

    /// <summary>Whether a text can be a session's id (AIP-122).</summary>
    public static bool IsId(string id) => IdPattern().IsMatch(id);

    /// <summary>The document of a new session.</summary>
    internal Document New(
        Account account, string? id, ConversationSession session, Lifetime lifetime, DateTimeOffset now)
    {
        var document = new Document
        {
            Partition = HeadsOf(account),
            Id = id ?? $"s{session.Uid:N}",
            Kind = Kind.Name,
            Key = KeyOf(session.Uid),
            Lifetime = lifetime,
            Body = default,
        };
        return Kind.Seal(document, lifetime, session, now);
    }

    /// <summary>The document of a session's next state.</summary>
    internal Document Seal(Stored<ConversationSession> session, DateTimeOffset now) =>
        Kind.Seal(session.Document, session.Document.Lifetime, session.Body, now);

    /// <summary>The key under which a repeated create finds what the first one made.</summary>
    internal static string KeyOf(Guid uid) => $"uid:{uid:N}";

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex IdPattern();
}
