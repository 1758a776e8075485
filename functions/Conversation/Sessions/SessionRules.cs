using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.Conversation;

/// <summary>The rules of a session's life. Pure.</summary>
internal static partial class SessionRules
{
    /// <summary>The status of a session that lives (AIP-216).</summary>
    public const string Active = "ACTIVE";

    /// <summary>The status of a session that has ended.</summary>
    public const string Ended = "ENDED";

    /// <summary>How long a Temporary session lives after its last activity without options.ttl.</summary>
    private const int TemporarySeconds = 3600;

    /// <summary>The shortest options.retention: whoever reads on after a pause of that length misses nothing.</summary>
    private const int LeastRetention = 60;

    private const int MaxOptions = 64 * 1024;

    /// <summary>The lifetime of a new session.</summary>
    public static Lifetime Start(SessionFields fields, DateTimeOffset now) => new()
    {
        Status = Active,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        LastActivityAt = now,
        TtlSeconds = TtlOf(fields),
    };

    /// <summary>The session as it counts at a moment, given what its log knows of its activity and its end.</summary>
    public static State<ConversationSession> At(
        State<ConversationSession> head, State<SessionLog> log, DateTimeOffset now)
    {
        var (before, known) = (head.Lifetime, log.Lifetime);
        return head with
        {
            Lifetime = before.Open switch
            {
                false => before,
                true when !known.Open => before.Close(Ended, known.ClosedReason!, known.EndedAt!.Value),
                true when known.LastActivityAt > before.LastActivityAt =>
                    (before with { LastActivityAt = known.LastActivityAt }).At(now, Ended),
                true => before.At(now, Ended),
            },
        };
    }

    /// <summary>
    /// An update, which only owners make; it counts as activity. One that changes nothing changes nothing.
    /// </summary>
    /// <param name="found">The session as it counts at <paramref name="now"/>, if there is one.</param>
    /// <param name="update">What is asked for.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="RefusedException">There is no such session, it has ended, or it cannot be so.</exception>
    public static Decision<ConversationSession> Update(
        State<ConversationSession>? found, SessionUpdate update, DateTimeOffset now)
    {
        var session = found ?? throw ConversationErrors.NotFound(update.SessionId);
        if (update.AllowMissing && !Users.IsOpenTo(session.Body.Fields, update.User))
        {
            throw ConversationErrors.Exists(session.Id);
        }

        RequireOwner(session, update.User);
        RequireOpen(session);
        var checks = new FieldChecks();
        var fields = SessionPaths.Update(session.Body.Fields, update.Sent, update.Mask, checks);
        Check(fields, checks);
        checks.End();
        return fields.AreSameAs(session.Body.Fields) ? Decision.Keep(session) : Decision.To(session with
        {
            Lifetime = session.Lifetime.Touch(now) with { TtlSeconds = TtlOf(fields) },
            Body = session.Body with
            {
                Revision = session.Body.Revision + 1,
                Fields = fields,
                NamedAt = session.Body.NamedAt is { } named && NamesSame(session.Body.Fields, fields) ? named : now,
            },

            // Should this process die before it tells of the update, the timer does.
            DueAt = now,
        });
    }

    /// <summary>
    /// What an update creates where there is nothing (AIP-134): all that was sent, whatever the mask says.
    /// </summary>
    /// <exception cref="RefusedException">It cannot be so, or the caller has seen one.</exception>
    public static SessionFields Missing(SessionUpdate update)
    {
        if (update.NamesVersion)
        {
            throw RefusedException.For(
                RefusalKind.PreconditionFailed,
                "There is no such session any more. Leave the etag away to create it.");
        }

        var checks = new FieldChecks();
        var fields = SessionPaths.Read(update.Sent, checks);
        Check(fields, checks);
        checks.End();
        return fields;
    }

    /// <summary>A delete, which only owners make; also of a session that has ended before.</summary>
    public static Decision<SessionLog> Delete(Standing standing, string user, DeleteKey? key, DateTimeOffset now)
    {
        RequireOwner(standing.Session, user);
        var deleted = standing.Noting(log => log with { Deleted = true, DeletedUnder = key });
        var end = new SessionEvent(EventTypes.Ended, now) { User = user, Reason = EndReasons.Deleted };
        return deleted.Log.Lifetime.Open
            ? deleted.Then(end).Decision
            : Decision.To(deleted.Log with { DueAt = deleted.Log.Lifetime.EndedAt });
    }

    /// <summary>The end of an open session; the one that has come by itself, when nobody has written it.</summary>
    public static Decision<SessionLog> End(Standing standing, string reason, DateTimeOffset now) =>
        standing.Session.Lifetime.Open
            ? standing.Then(new SessionEvent(EventTypes.Ended, now) { Reason = reason }).Decision
            : EndExpired(standing);

    /// <summary>The end, when the time has come and nobody has written it.</summary>
    public static Decision<SessionLog> EndExpired(Standing standing) =>
        standing.Session.Lifetime is { Open: false, EndedAt: { } at, ClosedReason: var reason }
        && standing.Log.Lifetime.Open
            ? standing.Then(new SessionEvent(EventTypes.Ended, at) { Reason = reason }).Decision
            : standing.Then().Decision;

    /// <summary>A head that closes after its log.</summary>
    /// <param name="head">The head, if it is still there.</param>
    /// <param name="ended">The session, ended.</param>
    public static Decision<ConversationSession> Follow(State<ConversationSession>? head, Standing ended) =>
        head is { Lifetime.Open: true } && head.Body.Uid == ended.Head.Body.Uid
            ? Decision.To(head with { Lifetime = At(head, ended.Log, ended.Now).Lifetime, DueAt = null })
            : Decision.Keep(ended.Head);

    /// <summary>A head that goes after its log.</summary>
    /// <param name="head">The head, if it is still there.</param>
    /// <param name="deleted">The session, deleted.</param>
    public static Decision<ConversationSession> Remove(State<ConversationSession>? head, Standing deleted) =>
        head?.Body.Uid == deleted.Head.Body.Uid ? Decision.Remove(head) : Decision.Keep(deleted.Head);

    /// <summary>What everybody must meet who does something in a session: it is open to them, and not over.</summary>
    /// <param name="session">The session.</param>
    /// <param name="user">The user.</param>
    /// <param name="joined">Whether the user has joined it, or may whatever it says.</param>
    /// <exception cref="RefusedException">It is not open to the user, or has ended.</exception>
    public static void RequireOpenTo(State<ConversationSession> session, string user, bool joined)
    {
        if (!joined && !Users.IsOpenTo(session.Body.Fields, user))
        {
            throw ConversationErrors.NotFound(session.Id);
        }

        RequireOpen(session);
    }

    /// <exception cref="RefusedException">The session has ended.</exception>
    public static void RequireOpen(State<ConversationSession> session)
    {
        if (!session.Lifetime.Open)
        {
            throw ConversationErrors.Ended(session.Id);
        }
    }

    /// <summary>Checks what must be there.</summary>
    public static void Check(SessionFields fields, FieldChecks checks)
    {
        const string Rule = "is required.";
        checks.Require(fields.Profile.Length > 0, "profile", Rule, FieldReasons.Required);
        checks.Require(fields.DisplayName.Length > 0, "displayName", Rule, FieldReasons.Required);
        checks.Require(fields.SessionType != 0, "sessionType", Rule, FieldReasons.Required);
        checks.Require(
            fields.Owners.Any(owner => Users.IdOf(owner).Length > 0), "owners", Rule, FieldReasons.Required);
        checks.Require(fields.DefaultChannels.Count > 0, "defaultChannels", Rule, FieldReasons.Required);
        checks.Require(
            fields.SessionType is >= SessionTypes.Public and <= SessionTypes.Temporary,
            "sessionType",
            "must be 1 (Public), 2 (Private) or 3 (Temporary).");
        checks.Require(
            fields.DefaultChannels.All(channel => channel >= 1), "defaultChannels", "must list numbers from 1.");
        checks.Require(
            fields.Options.Length <= MaxOptions,
            "options",
            $"must have at most {MaxOptions} characters.",
            FieldReasons.TooLong);
        checks.Check(() => TtlOf(fields));
        checks.Check(() => RetentionOf(fields));
    }

    /// <summary>Checks an id that a caller has chosen, if any.</summary>
    /// <exception cref="RefusedException">It cannot be one.</exception>
    public static string? CheckedId(string? id) => id is null || ConversationSessionKind.IsId(id)
        ? id
        : throw ConversationErrors.Invalid(
            "sessionId", "must be 1 to 63 of a-z, 0-9 and -, begin with a letter and not end with -.");

    /// <summary>Whether a message may name a channel that is none of the session's.</summary>
    public static bool AllowsAnyChannel(SessionFields fields)
    {
        using var options = JsonDocument.Parse(fields.Options);
        return options.RootElement.TryGetProperty("anyChannel", out var any) && any.ValueKind == JsonValueKind.True;
    }

    /// <summary>How long what happens in a session is kept; null for as long as the session.</summary>
    public static TimeSpan? RetentionOf(SessionFields fields) =>
        SecondsOf(fields, "retention", LeastRetention) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static bool NamesSame(SessionFields one, SessionFields other) =>
        FollowingKind.Named(one).SequenceEqual(FollowingKind.Named(other));

    private static int? TtlOf(SessionFields fields)
    {
        var seconds = SecondsOf(fields, "ttl", 1);
        return fields.SessionType == SessionTypes.Temporary ? seconds ?? TemporarySeconds : null;
    }

    // A google.protobuf.Duration in JSON. Lifetimes are whole seconds, so a part of one counts as one.
    private static int? SecondsOf(SessionFields fields, string option, int least)
    {
        // Most options have neither; only a name that is spelled with escapes hides itself.
        if (!fields.Options.Contains(option, StringComparison.Ordinal)
            && !fields.Options.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        using var options = JsonDocument.Parse(fields.Options);
        return !options.RootElement.TryGetProperty(option, out var duration)
            || duration.ValueKind == JsonValueKind.Null ? null
            : duration.ValueKind == JsonValueKind.String && Seconds().Match(duration.GetString()!) is
            {
                Success: true,
            } match
            && Math.Ceiling(decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)) is var seconds
            && seconds >= least && seconds <= int.MaxValue
                ? (int)seconds
                : throw ConversationErrors.Invalid(
                    $"options.{option}", $"must be seconds such as \"600s\" or \"1.500s\", {least}s or more.");
    }

    // Who may not see a session does not learn that there is one.
    private static void RequireOwner(State<ConversationSession> session, string user)
    {
        var fields = session.Body.Fields;
        if (!Users.Owns(fields, user))
        {
            throw Users.IsOpenTo(fields, user)
                ? ConversationErrors.NotOwner(session.Id)
                : ConversationErrors.NotFound(session.Id);
        }
    }

    [GeneratedRegex(@"^([0-9]{1,10}(\.[0-9]{1,9})?)s\z")]
    private static partial Regex Seconds();
}

/// <summary>An update as it is asked for.</summary>
/// <param name="SessionId">The id of the session.</param>
/// <param name="User">Who asks.</param>
/// <param name="Sent">The session in the body.</param>
/// <param name="Mask">The update mask, or null.</param>
internal sealed record SessionUpdate(string SessionId, string User, ProtoMessage Sent, string? Mask)
{
    /// <summary>Whether it creates the session where there is none.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>Whether the caller names a version that it has seen.</summary>
    public bool NamesVersion { get; init; }
}
