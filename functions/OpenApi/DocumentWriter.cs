using System.Text.Json.Nodes;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

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
             select place == operation.Path ? operation : operation.At(place)).ToList();
        var schemas = new WireSchemas(comments, description.Members);
        var refusals = new OperationRefusals(description, surface, schemas, comments);
        var writer = new OperationWriter(description, refusals, schemas, comments);
        var paths = new JsonObject(own.GroupBy(operation => operation.Path).Select(path => KeyValuePair.Create(
            path.Key,
            (JsonNode?)new JsonObject(path.Select(operation =>
                KeyValuePair.Create(operation.Method, (JsonNode?)writer.Write(operation)))))));
        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(description),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = address }),
            ["security"] = Requirements(description.Security),
            ["tags"] = new JsonArray([.. Tags(own)]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = Schemes(description),
                ["schemas"] = schemas.Components,
            },
        };
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

    private IEnumerable<JsonNode> Tags(IEnumerable<DeclaredOperation> operations) =>
        from type in operations.Select(operation => operation.Function.DeclaringType!).Distinct()
        let name = Words.Tag(type)
        select new JsonObject { ["name"] = name, ["description"] = comments.Summary(type) ?? name };

    private static JsonObject Schemes(SurfaceDescription description)
    {
        var used = description.Security.Concat(description.Operations.Values.SelectMany(own => own.Security ?? []));
        return new(used.Distinct().Where(security => security != Security.None)
            .Select(security => KeyValuePair.Create(security.Name, (JsonNode?)security.Scheme())));
    }
}
