using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sessions.Conversation;

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
    /// <param name="path">The member's names, split by dots and spelled as they are.</param>
    public static string Set(string options, string? sent, string path)
    {
        var names = path.Split('.');
        if (names.Length > MaxDepth || names.Contains(""))
        {
            throw ConversationErrors.Invalid("updateMask", "has a path in options that cannot be followed.");
        }

        var root = Parse(options);
        var value = Find(sent is null ? null : Parse(sent), names)?.DeepClone();
        var parent = ParentOf(root, names[..^1], create: value is not null);
        if (value is null)
        {
            parent?.Remove(names[^1]);
        }
        else
        {
            parent![names[^1]] = value;
        }

        return root.ToJsonString(_relaxed);
    }

    private static JsonObject Parse(string options) => JsonNode.Parse(options)!.AsObject();

    private static JsonNode? Find(JsonNode? node, IEnumerable<string> names) =>
        names.Aggregate(node, (at, name) => (at as JsonObject)?[name]);

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
