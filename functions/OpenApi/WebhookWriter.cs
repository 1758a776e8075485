using System.Globalization;
using System.Text.Json.Nodes;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

/// <summary>
/// Writes what a surface sends. Each is a component; the document's webhooks and the callbacks of the operations that
/// ask for it refer to that.
/// </summary>
internal sealed class WebhookWriter(WireSchemas schemas, RecordedExamples examples)
{
    private const string Tag = "Webhooks";

    private readonly SortedDictionary<string, JsonObject> _items = new(StringComparer.Ordinal);

    /// <summary>All that were added, as path items.</summary>
    public JsonObject Items => new(_items.Select(item =>
        KeyValuePair.Create(item.Key, (JsonNode?)item.Value.DeepClone())));

    /// <summary>The document's webhooks.</summary>
    public JsonObject Webhooks => new(_items.Keys.Select(name =>
        KeyValuePair.Create(name, (JsonNode?)Reference(name))));

    /// <summary>What they stand under.</summary>
    public static JsonObject TagItself => new()
    {
        ["name"] = Tag, ["description"] = "What is sent to addresses of yours.",
    };

    /// <summary>Adds one, and gives what refers to it.</summary>
    public JsonObject Add(Webhook webhook)
    {
        _items.TryAdd(webhook.Name, new() { ["post"] = Write(webhook) });
        return Reference(webhook.Name);
    }

    private JsonObject Write(Webhook webhook)
    {
        var media = new JsonObject
        {
            ["schema"] = webhook.Type is { } type
                ? schemas.Of(type)
                : schemas.Add(NameOf(webhook), Schema.Members(webhook.Fields)),
        };
        if (examples.Sent(webhook.Name) is { } example)
        {
            media["example"] = example.DeepClone();
        }

        return new()
        {
            ["operationId"] = webhook.Name,
            ["tags"] = new JsonArray(Tag),
            ["summary"] = webhook.Summary,
            ["description"] = webhook.Description,
            ["security"] = new JsonArray(),
            ["parameters"] = new JsonArray([.. webhook.Headers.Select(header => header.Parameter("header"))]),
            ["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { [webhook.MediaType] = media },
            },
            ["responses"] = new JsonObject(webhook.Replies.Select(Response)),
        };
    }

    private KeyValuePair<string, JsonNode?> Response(Reply reply)
    {
        var response = new JsonObject { ["description"] = reply.Description };
        if (reply.MediaTypes is not [])
        {
            response["content"] = new JsonObject(reply.MediaTypes.Select(type => KeyValuePair.Create(
                type, (JsonNode?)new JsonObject { ["schema"] = Schema.Text().ToJson() })));
        }

        return KeyValuePair.Create(reply.Status.ToString(CultureInfo.InvariantCulture), (JsonNode?)response);
    }

    private static string NameOf(Webhook webhook) => char.ToUpperInvariant(webhook.Name[0]) + webhook.Name[1..];

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/pathItems/{name}" };
}
