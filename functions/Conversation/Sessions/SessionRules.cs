using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Lifecycle;
using Sessions.Storage;

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

    /// <summary>The session after an update, which counts as activity.</summary>
    /// <param name="session">The session as it counts at <paramref name="now"/>.</param>
    /// <param name="sent">The session in the body.</param>
    /// <param name="mask">The update mask, or null.</param>
    /// <param name="now">The moment of the call.</param>
    public static Stored<ConversationSession> Update(
        Stored<ConversationSession> session, ProtoMessage sent, string? mask, DateTimeOffset now)
    {
        RequireOpen(session);
        var fields = Checked(SessionPaths.Update(session.Body.Fields, sent, mask));
        var lifetime = session.Document.Lifetime.Touch(now) with { TtlSeconds = TtlOf(fields) };
        return session with
        {
            Document = session.Document with { Lifetime = lifetime },
            Body = session.Body with { Revision = session.Body.Revision + 1, Fields = fields },
        };
    }

    /// <summary>What a delete writes, also for a session that has ended before.</summary>
    public static Step Delete(Standing standing, string user, DateTimeOffset now)
    {
        var end = new SessionEvent(EventTypes.Ended, now) { User = user, Reason = EndReasons.Deleted };
        return new Step(standing.Log.Document.Lifetime.Open ? [end] : [])
        {
            Log = log => log with { Deleted = true },
        };
    }

    /// <exception cref="Http.RefusedException">The session has ended.</exception>
    public static void RequireOpen(Stored<ConversationSession> session)
    {
        if (!session.Document.Lifetime.Open)
        {
            throw ConversationErrors.Ended(session.Document.Id);
        }
    }

    /// <summary>Checks what must be there.</summary>
    /// <exception cref="Http.RefusedException">A required field is missing, or a value is not allowed.</exception>
    public static SessionFields Checked(SessionFields fields)
    {
        Require(fields.Profile.Length > 0, "profile");
        Require(fields.DisplayName.Length > 0, "displayName");
        Require(fields.SessionType != 0, "sessionType");
        Require(fields.Owners.Count > 0, "owners");
        Require(fields.DefaultChannels.Count > 0, "defaultChannels");
        if (fields.SessionType is < SessionTypes.Public or > SessionTypes.Temporary)
        {
            throw ConversationErrors.Invalid("sessionType", "must be 1 (Public), 2 (Private) or 3 (Temporary).");
        }

        if (fields.DefaultChannels.Any(channel => channel < 1))
        {
            throw ConversationErrors.Invalid("defaultChannels", "must list numbers from 1.");
        }

        if (fields.Options.Length > MaxOptions)
        {
            throw ConversationErrors.Invalid("options", $"must have at most {MaxOptions} characters.");
        }

        _ = TtlOf(fields);
        return fields;
    }

    /// <summary>Whether a message may name a channel that is none of the session's.</summary>
    public static bool AllowsAnyChannel(SessionFields fields)
    {
        using var options = JsonDocument.Parse(fields.Options);
        return options.RootElement.TryGetProperty("anyChannel", out var any) && any.ValueKind == JsonValueKind.True;
    }

    private static int? TtlOf(SessionFields fields)
    {
        using var options = JsonDocument.Parse(fields.Options);
        int? seconds = options.RootElement.TryGetProperty("ttl", out var ttl) && ttl.ValueKind != JsonValueKind.Null
            ? SecondsOf(ttl)
            : null;
        return fields.SessionType == SessionTypes.Temporary ? seconds ?? TemporarySeconds : null;
    }

    // A google.protobuf.Duration in JSON.
    private static int SecondsOf(JsonElement ttl) =>
        ttl.ValueKind == JsonValueKind.String && WholeSeconds().Match(ttl.GetString()!) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds > 0
            ? seconds
            : throw ConversationErrors.Invalid("options.ttl", "must be whole seconds such as \"600s\", 1s or more.");

    private static void Require(bool there, string field)
    {
        if (!there)
        {
            throw ConversationErrors.Invalid(field, "is required.");
        }
    }

    [GeneratedRegex(@"^([0-9]{1,10})s\z")]
    private static partial Regex WholeSeconds();
}
