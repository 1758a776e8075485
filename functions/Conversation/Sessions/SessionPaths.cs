using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sessions.Conversation;

/// <summary>The fields of a session by their paths, as creates and update masks name them.</summary>
internal static class SessionPaths
{
    private const string Options = "options";
    private const int MaxUser = 256;

    private static readonly Dictionary<string, Func<SessionFields, ProtoMessage, SessionFields>> _settable = new()
    {
        ["profile"] = (fields, sent) => fields with { Profile = sent.Text("profile", 256) ?? "" },
        ["displayName"] = (fields, sent) => fields with { DisplayName = sent.Text("displayName", 256) ?? "" },
        ["sessionType"] = (fields, sent) =>
            fields with { SessionType = sent.Enum("sessionType", SessionTypes.NumberOf) ?? 0 },
        ["owners"] = (fields, sent) => fields with { Owners = sent.Texts("owners", MaxUser) },
        ["defaultChannels"] = (fields, sent) => fields with { DefaultChannels = sent.Numbers("defaultChannels") },
        ["description"] = (fields, sent) => fields with { Description = sent.Text("description", 4096) ?? "" },
        ["allowedUsers"] = (fields, sent) => fields with { AllowedUsers = sent.Texts("allowedUsers", MaxUser) },
        [Options] = (fields, sent) => fields with { Options = sent.Struct(Options) ?? "{}" },
        ["secretKey"] = (fields, sent) => fields with { SecretKey = sent.Text("secretKey", 256) ?? "" },
    };

    // AIP-203: what only the service sets is ignored where a caller sends it, if it is what the field can be.
    private static readonly Dictionary<string, Action<ProtoMessage>> _outputOnly = new()
    {
        ["name"] = sent => sent.Text("name", int.MaxValue),
        ["sessionId"] = sent => sent.Text("sessionId", int.MaxValue),
        ["uid"] = sent => sent.Text("uid", int.MaxValue),
        ["etag"] = sent => sent.Text("etag", int.MaxValue),
        ["state"] = sent => sent.Enum("state", _ => 0),
        ["createTime"] = sent => sent.Moment("createTime"),
        ["updateTime"] = sent => sent.Moment("updateTime"),
        ["expireTime"] = sent => sent.Moment("expireTime"),
        ["endTime"] = sent => sent.Moment("endTime"),
        ["endReason"] = sent => sent.Text("endReason", int.MaxValue),
    };

    /// <summary>A new session's fields.</summary>
    public static SessionFields Read(ProtoMessage sent, FieldChecks checks) =>
        Set(new(), Checked(sent, checks), name => sent.Raw(name) is not null, checks);

    /// <summary>The fields after an update.</summary>
    /// <param name="fields">The fields before.</param>
    /// <param name="sent">The session in the body.</param>
    /// <param name="mask">AIP-134: paths between commas, <c>*</c> for all; null for those that are populated.</param>
    /// <param name="checks">Takes note of what is wrong.</param>
    public static SessionFields Update(SessionFields fields, ProtoMessage sent, string? mask, FieldChecks checks) =>
        mask switch
        {
            null => Set(fields, Checked(sent, checks), sent.IsPopulated, checks),
            "*" => Set(fields, Checked(sent, checks), _ => true, checks),
            _ => Set(fields, Checked(sent, checks), checks.Read(() => FieldMasks.Parse(mask), []), checks),
        };

    private static ProtoMessage Checked(ProtoMessage sent, FieldChecks checks)
    {
        foreach (var (name, field) in _outputOnly)
        {
            if (sent.Raw(name) is not null)
            {
                checks.Check(() => field(sent));
            }
        }

        return sent;
    }

    private static SessionFields Set(
        SessionFields fields, ProtoMessage sent, Predicate<string> isMeant, FieldChecks checks)
    {
        foreach (var (name, set) in _settable)
        {
            fields = isMeant(name) ? Set(fields, sent, set, checks) : fields;
        }

        return fields;
    }

    private static SessionFields Set(
        SessionFields fields,
        ProtoMessage sent,
        Func<SessionFields, ProtoMessage, SessionFields> set,
        FieldChecks checks) => checks.Read(() => set(fields, sent), fields);

    private static SessionFields Set(
        SessionFields fields, ProtoMessage sent, IEnumerable<IReadOnlyList<string>> paths, FieldChecks checks) =>
        paths.Aggregate(fields, (before, path) => checks.Read(() => Set(before, sent, path), before));

    private static SessionFields Set(SessionFields fields, ProtoMessage sent, IReadOnlyList<string> path)
    {
        var field = ProtoNames.Camel(path[0]);
        return path.Count switch
        {
            1 when _settable.TryGetValue(field, out var set) => set(fields, sent),
            1 when _outputOnly.ContainsKey(field) => fields,
            > 1 when field == Options => fields with
            {
                Options = OptionPath.Set(fields.Options, sent.Struct(Options), [.. path.Skip(1)]),
            },
            _ => throw ConversationErrors.Invalid("updateMask", "names a field that a session does not have."),
        };
    }
}

/// <summary>One member of a session's options, by the path that a mask gives behind <c>options.</c>.</summary>
internal static class OptionPath
{
    private const int MaxDepth = 16;
    private static readonly JsonSerializerOptions _relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The options with the member as it was sent; without it when it was not.</summary>
    /// <param name="options">The options before, a JSON object.</param>
    /// <param name="sent">The options of the body, or null.</param>
    /// <param name="names">The member's names, spelled as they are.</param>
    public static string Set(string options, string? sent, string[] names)
    {
        if (names.Length > MaxDepth)
        {
            throw ConversationErrors.Invalid(
                "updateMask", $"has a path in options that is deeper than {MaxDepth} names.");
        }

        var root = Parse(options);
        JsonNode? value = null;
        var isSent = sent is not null && TryFind(Parse(sent), names, out value);
        var parent = ParentOf(root, names[..^1], create: isSent);
        if (isSent)
        {
            parent![names[^1]] = value?.DeepClone();
        }
        else
        {
            parent?.Remove(names[^1]);
        }

        return root.ToJsonString(_relaxed);
    }

    private static JsonObject Parse(string options) => JsonNode.Parse(options)!.AsObject();

    // null is a value, too.
    private static bool TryFind(JsonNode? node, string[] names, out JsonNode? value)
    {
        value = node;
        foreach (var name in names)
        {
            if (value is not JsonObject at || !at.TryGetPropertyValue(name, out value))
            {
                return false;
            }
        }

        return true;
    }

    private static JsonObject? ParentOf(JsonObject root, string[] names, bool create)
    {
        var parent = root;
        foreach (var name in names)
        {
            if (parent[name] is not JsonObject child)
            {
                if (!create)
                {
                    return null;
                }

                parent[name] = child = [];
            }

            parent = child;
        }

        return parent;
    }
}
