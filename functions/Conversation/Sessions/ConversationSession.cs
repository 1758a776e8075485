using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>What is stored of a session beside its lifetime.</summary>
/// <param name="Uid">Tells it from any other session, also from a later one of the same id.</param>
/// <param name="Revision">Counts its updates, from 1.</param>
/// <param name="Fields">What callers set.</param>
public sealed record ConversationSession(Guid Uid, int Revision, SessionFields Fields)
{
    private const int UidDigits = 32;
    private const int UidDigitsShown = 8;

    /// <summary>
    /// Whether all of its messages can be listed by who sent them; null for a session of before they could.
    /// </summary>
    public bool? ListsSenders { get; init; }

    /// <summary>
    /// When the users whom it names last changed; null for a session of before it was in their lists.
    /// </summary>
    public DateTimeOffset? NamedAt { get; init; }

    /// <summary>
    /// What readers know this state by. Not the store's version: that changes when the timer notes the last activity,
    /// which no reader sees.
    /// </summary>
    internal static string VersionOf(State<ConversationSession> session)
    {
        Span<char> uid = stackalloc char[UidDigits];
        session.Body.Uid.TryFormat(uid, out _, "N");
        return $"{uid[..UidDigitsShown]}-{session.Body.Revision}{(session.Lifetime.Open ? "" : "-ended")}";
    }
}

/// <summary>What a caller may set of a session.</summary>
public sealed record SessionFields
{
    /// <summary>The profile associated with the session.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Its title; not unique.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Who may see it and how long it lives; a number of <see cref="SessionTypes"/>.</summary>
    public int SessionType { get; init; }

    /// <summary>The users who may change and end it.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    /// <summary>The channels of its messages; the first is that of a message which names none.</summary>
    public IReadOnlyList<int> DefaultChannels { get; init; } = [];

    /// <summary>A brief overview.</summary>
    public string Description { get; init; } = "";

    /// <summary>The users beside the owners for whom it is open while it is guarded.</summary>
    public IReadOnlyList<string> AllowedUsers { get; init; } = [];

    /// <summary>Any JSON object, as text; <c>ttl</c> and <c>anyChannel</c> in it are ours.</summary>
    public string Options { get; init; } = "{}";

    /// <summary>What opens a guarded session to whoever joins with it; empty for nothing.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>Whether others say the same, perhaps in another spelling of the options.</summary>
    internal bool AreSameAs(SessionFields others) =>
        Owners.SequenceEqual(others.Owners) && DefaultChannels.SequenceEqual(others.DefaultChannels)
        && AllowedUsers.SequenceEqual(others.AllowedUsers)
        && (Options == others.Options
            || JsonElement.DeepEquals(JsonElement.Parse(Options), JsonElement.Parse(others.Options)))
        && this == others with
        {
            Owners = Owners, DefaultChannels = DefaultChannels, AllowedUsers = AllowedUsers, Options = Options,
        };
}

/// <summary>The numbers of the enum sessionType.</summary>
internal static class SessionTypes
{
    public const int Public = 1;
    public const int Private = 2;
    public const int Temporary = 3;

    private const string Prefix = "SESSION_TYPE_";

    /// <summary>The number of a name such as <c>PRIVATE</c>, <c>Private</c> or <c>SESSION_TYPE_PRIVATE</c>.</summary>
    public static int? NumberOf(string name)
    {
        var upper = name.ToUpperInvariant();
        return (upper.StartsWith(Prefix, StringComparison.Ordinal) ? upper[Prefix.Length..] : upper) switch
        {
            "UNSPECIFIED" => 0,
            "PUBLIC" => Public,
            "PRIVATE" => Private,
            "TEMPORARY" => Temporary,
            _ => null,
        };
    }
}

/// <summary>
/// How sessions are stored. The head is what the API calls a session; it lies with the account's other heads, so that
/// they are listed in one call. Everything that happens in a session lies in a partition of its own, named by its uid,
/// so that a later session of the same id starts empty. Time alone does nothing to a head: its log knows of what.
/// </summary>
public sealed partial class ConversationSessionKind(RetentionSettings retention, TermKeys keys)
    : Kind<ConversationSession>("conversation/session", () => ConversationStorageJson.Stored.ConversationSession)
{
    private static readonly SessionFields _noFields = new();

    /// <summary>How long an ended session is kept.</summary>
    public TimeSpan Retention => retention.Closed;

    /// <summary>Where an account's heads lie.</summary>
    public static string HeadsOf(string account) => $"{account}:conversation";

    /// <summary>Where what happens in a session lies.</summary>
    public static string PartitionOf(State<ConversationSession> session) =>
        $"{session.Partition}:{session.Body.Uid:N}";

    /// <summary>The same of a session of an account, by its uid.</summary>
    public static string PartitionOf(string account, Guid uid) => $"{HeadsOf(account)}:{uid:N}";

    /// <summary>
    /// As much of a session as says where it is and when it ends: a stream may wait for long, and the fields alone may
    /// be a hundred kilobytes.
    /// </summary>
    internal static State<ConversationSession> Outline(State<ConversationSession> session) => session with
    {
        Body = session.Body with { Fields = _noFields }, Origin = null, Before = null,
    };

    /// <summary>Whether a text can be a session's id (AIP-122).</summary>
    public static bool IsId(string id) => IdPattern().IsMatch(id);

    /// <summary>
    /// The second name of a session of before there were idempotency records, by which a repeat finds it. No other has
    /// one: it would be one more index to write.
    /// </summary>
    public static string KeyOf(Guid uid) => $"uid:{uid:N}";

    /// <summary>A new session.</summary>
    internal State<ConversationSession> New(
        string account, string? id, Guid uid, SessionFields fields, DateTimeOffset now) =>
        New(
            account,
            HeadsOf(account),
            id ?? $"s{uid:N}",
            new(uid, 1, fields) { ListsSenders = true, NamedAt = now },
            SessionRules.Start(fields, now));

    /// <inheritdoc/>
    protected override string? KeyOf(State<ConversationSession> state) => state.Origin?.Key;

    /// <summary>At its end, or sooner when the log must be told of what the head says.</summary>
    protected override DateTimeOffset? DueOf(State<ConversationSession> state) =>
        state.DueAt ?? state.Lifetime.ExpiresAt;

    /// <inheritdoc/>
    protected override DateTimeOffset? PurgeOf(State<ConversationSession> state, DateTimeOffset now) =>
        state.Lifetime.Open ? null : now + Retention;

    /// <inheritdoc/>
    protected internal override bool KeepsTrail => true;

    /// <inheritdoc/>
    protected override string? TermsOf(State<ConversationSession> state) =>
        SessionTerms.Of(keys, Name, state, [state.Body.Fields.DisplayName], []);

    /// <summary>The lists of the users whom it names.</summary>
    protected internal override IEnumerable<State> Follows(State<ConversationSession> state) =>
        FollowingKind.One.Of(state);

    /// <inheritdoc/>
    protected internal override ConversationSession WithoutSecrets(ConversationSession body) =>
        body with { Fields = body.Fields with { SecretKey = "" } };

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex IdPattern();
}

/// <summary>Who may see and do what. A user is a token's subject; <c>users/alice</c> is <c>alice</c>.</summary>
internal static class Users
{
    private const string Collection = "users/";

    /// <summary>The user of a name, with or without its collection.</summary>
    public static string IdOf(string name) =>
        name.StartsWith(Collection, StringComparison.Ordinal) ? name[Collection.Length..] : name;

    public static bool Owns(SessionFields fields, string user) => Lists(fields.Owners, user);

    /// <summary>Whether the session names a user, as an owner or as allowed.</summary>
    public static bool IsNamed(SessionFields fields, string user) =>
        Owns(fields, user) || Lists(fields.AllowedUsers, user);

    /// <summary>Whether the session is open to a user who has not joined it.</summary>
    public static bool IsOpenTo(SessionFields fields, string user) => !IsGuarded(fields) || IsNamed(fields, user);

    /// <summary>Private sessions are; Temporary ones when they name whom they are open to.</summary>
    private static bool IsGuarded(SessionFields fields) => fields.SessionType switch
    {
        SessionTypes.Public => false,
        SessionTypes.Temporary => fields.AllowedUsers.Count > 0 || fields.SecretKey.Length > 0,
        _ => true,
    };

    private static bool Lists(IReadOnlyList<string> names, string user)
    {
        // A list may have an empty name in it, which is nobody's.
        if (user.Length == 0)
        {
            return false;
        }

        foreach (var name in names)
        {
            if (IdOf(name) == user)
            {
                return true;
            }
        }

        return false;
    }
}
