using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

/// <summary>The documents of all surfaces. They are written at the first request for one, and then kept.</summary>
public sealed class OpenApiDocuments
{
    // No address has such characters.
    private const string Address = "{address}";

    private static readonly JsonSerializerOptions _readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<IReadOnlyList<SurfaceDescription>> _surfaces;
    private readonly Lazy<Dictionary<string, string>> _texts;

    /// <summary>The documents of these surfaces.</summary>
    public OpenApiDocuments(IEnumerable<Func<SurfaceDescription>> descriptions, IEnumerable<ISurface> surfaces)
    {
        _surfaces = new(() => [.. descriptions.Select(describe => describe())]);
        _texts = new(() => Write(Surfaces, [.. surfaces]));
    }

    /// <summary>The surfaces that are described.</summary>
    public IReadOnlyList<SurfaceDescription> Surfaces => _surfaces.Value;

    /// <summary>The document of a surface, for a service at this address; null when there is no such surface.</summary>
    public string? Of(string slug, string address) =>
        _texts.Value.GetValueOrDefault(slug)?.Replace(
            Address, JsonEncodedText.Encode(address).ToString(), StringComparison.Ordinal);

    private static Dictionary<string, string> Write(IEnumerable<SurfaceDescription> descriptions, ISurface[] surfaces)
    {
        var code = Assembly.GetExecutingAssembly();
        var writer = new DocumentWriter(CodeComments.Of(code), DeclaredOperation.In(code));
        return descriptions.ToDictionary(
            description => description.Slug,
            description => writer
                .Write(description, surfaces.Single(surface => surface.Name == description.Surface), Address)
                .ToJsonString(_readable));
    }
}

/// <summary>What the descriptions are made of; each surface adds its own.</summary>
public static class OpenApiServices
{
    /// <summary>Adds the documents and their page.</summary>
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services
        .AddSingleton<OpenApiDocuments>()
        .AddSingleton<DocsPage>();
}

/// <summary>Writes the OpenAPI 3.1 document of a surface.</summary>
internal sealed class DocumentWriter(CodeComments comments, IReadOnlyList<DeclaredOperation> declared)
{
    /// <summary>The document.</summary>
    /// <param name="description">What the surface tells of itself.</param>
    /// <param name="surface">The surface, which knows the statuses of its refusals.</param>
    /// <param name="address">Where it is served.</param>
    public JsonObject Write(SurfaceDescription description, ISurface surface, string address)
    {
        var own =
            (from operation in declared
             where operation.Surface == description.Surface
             let place = description.Place(operation.ShortName, operation.Path)
             where place is not null
             orderby description.PlaceInUse(operation)
             select place == operation.Path ? operation : operation.At(place)).ToList();
        var schemas = new WireSchemas(comments, description.Members, description.Types);
        var refusals = new OperationRefusals(description, surface, schemas, comments);
        var examples = RecordedExamples.Of(description.Slug);
        var webhooks = new WebhookWriter(schemas, examples);
        var writer = new OperationWriter(description, own, refusals, schemas, comments, examples, webhooks);
        var paths = new JsonObject(own.GroupBy(operation => operation.Path).Select(path => KeyValuePair.Create(
            path.Key,
            (JsonNode?)new JsonObject(path.Select(operation =>
                KeyValuePair.Create(operation.Method, (JsonNode?)writer.Write(operation)))))));
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(description),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = address }),
            ["security"] = Requirements(description.Security),
            ["tags"] = new JsonArray([.. Tags(description, own)]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = Schemes(description),
                ["schemas"] = schemas.Components,
            },
        };
        if (webhooks.Items is { Count: > 0 } items)
        {
            document["tags"]!.AsArray().Add(WebhookWriter.TagItself);
            document["webhooks"] = webhooks.Webhooks;
            document["components"]!["pathItems"] = items;
        }

        return document;
    }

    /// <summary>That one of these must be sent.</summary>
    public static JsonArray Requirements(IEnumerable<Security> any) =>
        new([.. any.Select(security => security.Requirement())]);

    private static JsonObject Info(SurfaceDescription description) => new()
    {
        ["title"] = description.Title,
        ["version"] = description.Version,
        ["description"] = description.Description,
        ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
    };

    // What stands at several paths is told of where it stands first.
    private IEnumerable<JsonNode> Tags(SurfaceDescription description, IReadOnlyList<DeclaredOperation> operations) =>
        from type in operations
            .Where(operation => description.OperationOf(operation).SameAs is null)
            .Select(operation => operation.Function.DeclaringType!).Distinct()
        let name = Words.Tag(type)
        select new JsonObject { ["name"] = name, ["description"] = comments.Summary(type) ?? name };

    private static JsonObject Schemes(SurfaceDescription description)
    {
        var used = description.Security.Concat(description.Operations.Values.SelectMany(own => own.Security ?? []));
        return new(used.Distinct().Where(security => security != Security.None)
            .Select(security => KeyValuePair.Create(security.Name, (JsonNode?)security.Scheme())));
    }
}

/// <summary>What a description tells of the operations that the code declares.</summary>
internal static class DescribedOperations
{
    /// <summary>What the surface tells of an operation.</summary>
    /// <exception cref="InvalidOperationException">It tells nothing.</exception>
    public static Operation OperationOf(this SurfaceDescription description, DeclaredOperation declared) =>
        description.Operations.TryGetValue(declared.ShortId, out var operation)
        || description.Operations.TryGetValue(declared.ShortName, out operation)
            ? operation
            : throw new InvalidOperationException($"{description.Surface} does not describe {declared.Name}.");

    /// <summary>Where it stands in the order in which one uses them.</summary>
    public static int PlaceInUse(this SurfaceDescription description, DeclaredOperation declared) =>
        Math.Max(
            description.Operations.IndexOf(declared.ShortId), description.Operations.IndexOf(declared.ShortName));
}

/// <summary>
/// What the operations of a document really answered once: <c>Examples/{slug}.json</c>, which a test records and holds
/// true. By operation and status; a body that is no JSON is a text there.
/// </summary>
internal sealed class RecordedExamples
{
    private readonly JsonObject _byOperation;

    private RecordedExamples(JsonObject byOperation) => _byOperation = byOperation;

    /// <summary>Those of a document; none when nothing was recorded.</summary>
    public static RecordedExamples Of(string slug)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"examples/{slug}.json");
        return new(file is null ? [] : JsonNode.Parse(file)!.AsObject());
    }

    /// <summary>What was sent as a webhook; null when none was recorded.</summary>
    public JsonNode? Sent(string webhook) => _byOperation[webhook]?["sent"];

    /// <summary>The body of a success; null when none was recorded.</summary>
    public JsonNode? Of(string operation, int status) =>
        _byOperation[operation]?[status.ToString(CultureInfo.InvariantCulture)];
}
