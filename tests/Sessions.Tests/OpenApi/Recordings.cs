using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.OpenApi;

/// <summary>
/// The examples of the documents, <c>functions/OpenApi/Examples</c>: answers that were really given. With
/// SESSIONS_WRITE_DOCS in the environment they are written there; else what is there must have the members that the
/// answers of now have.
/// </summary>
internal static class Recordings
{
    // A page of a list is told by two of its items.
    private const int Items = 2;

    private static readonly Lock _files = new();

    private static readonly JsonSerializerOptions _readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n",
    };

    /// <summary>The recorded examples of a document, by operation and status.</summary>
    public static JsonObject Of(string slug) =>
        File.Exists(FileOf(slug)) ? JsonNode.Parse(File.ReadAllText(FileOf(slug)))!.AsObject() : [];

    /// <summary>Writes the successes among the exchanges, or holds those that were written to them.</summary>
    public static void Hold(string slug, JsonObject document, IEnumerable<Exchange> exchanges) =>
        Hold(slug, document, exchanges
            .Where(each => each.Status < 300 && each.Body.Length > 0)
            .Select(each => (Operation: IdOf(document, each), Status: $"{each.Status}", Body: BodyOf(each)))
            .Where(each => each is { Operation: not null, Body: not null })
            .Select(each => (each.Operation!, each.Status, each.Body!))
            .DistinctBy(each => (each.Item1, each.Status)));

    /// <summary>Writes these bodies, or holds those that were written to them.</summary>
    public static void Hold(
        string slug, JsonObject document, IEnumerable<(string Operation, string Status, JsonNode Body)> bodies)
    {
        if (Environment.GetEnvironmentVariable("SESSIONS_WRITE_DOCS") is not null)
        {
            lock (_files)
            {
                var all = Of(slug);
                foreach (var (operation, status, body) in bodies.Where(each => !IsToldBy(all, each)))
                {
                    all[operation] ??= new JsonObject();
                    all[operation]![status] = body;
                }

                var known = Known(document).ToList();
                var sorted = all.Where(each => known.Contains(each.Key)).OrderBy(each => known.IndexOf(each.Key));
                Directory.CreateDirectory(Path.GetDirectoryName(FileOf(slug))!);
                File.WriteAllText(
                    FileOf(slug),
                    new JsonObject(sorted.Select(each => KeyValuePair.Create(each.Key, each.Value?.DeepClone())))
                        .ToJsonString(_readable) + "\n");
            }

            return;
        }

        var recorded = Of(slug);
        Expect.None(
            from each in bodies
            where !IsToldBy(recorded, each)
            select $"{each.Operation} {each.Status} answers {each.Body.ToJsonString()}, and the example is "
                + $"{recorded[each.Operation]?[each.Status]?.ToJsonString() ?? "not there"}. "
                + "SESSIONS_WRITE_DOCS=1 writes it.");
    }

    // What tells as much as before is left as it is: ids and times are others each time.
    private static bool IsToldBy(JsonObject recorded, (string Operation, string Status, JsonNode Body) each) =>
        recorded[each.Operation]?[each.Status] is { } example && ShapeOf(example).SetEquals(ShapeOf(each.Body));

    /// <summary>What a document has examples of: its operations, and what is sent.</summary>
    public static IEnumerable<string> Known(JsonObject document) => Documents.OperationsOf(document)
        .Select(each => IdOf(each.Operation))
        .Concat(document["webhooks"]?.AsObject().Select(webhook => webhook.Key) ?? []);

    private static string FileOf(string slug) =>
        Path.Combine(Repository.Root, "functions", "OpenApi", "Examples", $"{slug}.json");

    private static string IdOf(JsonObject operation) => (string)operation["operationId"]!;

    // Copies have the example of the first.
    private static string? IdOf(JsonObject document, Exchange exchange) =>
        document["paths"]![exchange.Path]![exchange.Method]!.AsObject() is var operation
        && operation["x-same-as"] is null
            ? IdOf(operation)
            : null;

    // Of a stream the first item.
    private static JsonNode? BodyOf(Exchange exchange) => exchange.MediaType switch
    {
        "text/event-stream" => exchange.Body.StartsWith("data: ", StringComparison.Ordinal)
            ? JsonNode.Parse(exchange.Body["data: ".Length..])
            : null,
        { } type when type.Contains("json", StringComparison.Ordinal) => Shortened(JsonNode.Parse(exchange.Body)),
        _ => JsonValue.Create(exchange.Body),
    };

    private static JsonNode? Shortened(JsonNode? node) =>
        node is JsonArray array ? new JsonArray([.. array.Take(Items).Select(Shortened)])
        : node is JsonObject members ? new JsonObject(
            members.Select(member => KeyValuePair.Create(member.Key, Shortened(member.Value))))
        : node?.DeepClone();

    // The members that there are, and of those outside of lists which; what is in a list depends on what came before.
    private static HashSet<string> ShapeOf(JsonNode node) => [.. Members(node, "")];

    private static IEnumerable<string> Members(JsonNode? node, string place) => node is JsonObject members
        ? members.SelectMany(member => Members(member.Value, $"{place}/{member.Key}").Prepend($"{place}/{member.Key}"))
        : [];
}
