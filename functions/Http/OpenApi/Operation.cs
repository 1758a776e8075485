using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.Http.OpenApi;

/// <summary>
/// What the attributes of a function do not tell of it. Its method, path and name come from those, its summary from
/// its comment.
/// </summary>
public sealed record Operation
{
    /// <summary>An operation with one success.</summary>
    public Operation(Reply reply) => Replies = [reply];

    /// <summary>An operation with several successes, or none when it only refuses.</summary>
    public Operation(params IReadOnlyList<Reply> replies) => Replies = replies;

    /// <summary>What the API's own description calls it, or null: then it is called as its function.</summary>
    public string? Id { get; init; }

    /// <summary>Its successes.</summary>
    public IReadOnlyList<Reply> Replies { get; init; }

    /// <summary>What it reads of the body, or null.</summary>
    public Body? Body { get; init; }

    /// <summary>Its query parameters.</summary>
    public IReadOnlyList<Field> Query { get; init; } = [];

    /// <summary>Its own headers.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>
    /// Which other operation it is once more, at another path, as <see cref="SurfaceDescription.Operations"/> calls
    /// that; null when it is none's copy.
    /// </summary>
    public string? SameAs { get; init; }

    /// <summary>What is sent to addresses that its body names.</summary>
    public IReadOnlyList<CallbackAddress> Callbacks { get; init; } = [];

    /// <summary>Whether it is a create that an idempotency key makes repeatable.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether it heeds If-Match.</summary>
    public bool Conditional { get; init; }

    /// <summary>What opens it, when that is not what opens the surface's others.</summary>
    public IReadOnlyList<Security>? Security { get; init; }

    /// <summary>Refusals that others of the surface do not have.</summary>
    public IReadOnlyList<RefusalKind> Refusals { get; init; } = [];

    /// <summary>The statuses of the surface's own errors.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];
}

/// <summary>The body of a request.</summary>
/// <param name="Name">What its schema is called, unique in the surface.</param>
/// <param name="MediaType">As what it is sent.</param>
/// <param name="Fields">Its members. Others are ignored.</param>
public sealed record Body(string Name, string MediaType, IReadOnlyList<Field> Fields)
{
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>Whether a request without one is served, too.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether it is a form.</summary>
    public bool IsForm => MediaType == FormType;

    /// <summary>A JSON object.</summary>
    public static Body Json(string name, params IReadOnlyList<Field> fields) => new(name, "application/json", fields);

    /// <summary>An HTML form.</summary>
    public static Body Form(string name, params IReadOnlyList<Field> fields) =>
        new(name, FormType, fields);

    /// <summary>The examples of its fields together.</summary>
    internal JsonObject Example() => new(
        from field in Fields
        where field.Example is not null
        select KeyValuePair.Create(field.Name, JsonNode.Parse(field.Example!)));
}

/// <summary>A value that clients send: a parameter, or a member of a body.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Schema">What it may be.</param>
/// <param name="Description">What it means, in a sentence.</param>
public sealed record Field(string Name, Schema Schema, string Description)
{
    /// <summary>Whether it must be there.</summary>
    public bool Required { get; init; }

    /// <summary>A value that works, as JSON; examples of bodies leave out the fields without one.</summary>
    public string? Example { get; init; }

    /// <summary>The field as one that must be there.</summary>
    public Field Must() => this with { Required = true };

    /// <summary>The field with a text for an example.</summary>
    public Field Like(string example) => this with { Example = JsonValue.Create(example).ToJsonString() };

    /// <summary>Its schema, with the description.</summary>
    internal JsonObject Json() => Schema.With("description", Description).ToJson();

    /// <summary>It as a header of an answer.</summary>
    internal JsonObject Header() => new() { ["description"] = Description, ["schema"] = Schema.ToJson() };

    /// <summary>It as a parameter of an operation.</summary>
    /// <param name="place">path, query or header.</param>
    internal JsonObject Parameter(string place)
    {
        var parameter = new JsonObject
        {
            ["name"] = Name,
            ["in"] = place,
            ["description"] = Description,
            ["required"] = Required || place == "path",
            ["schema"] = Schema.ToJson(),
        };
        if (Example is not null)
        {
            parameter["example"] = JsonNode.Parse(Example);
        }

        return parameter;
    }
}

/// <summary>A success of an operation.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">When it comes, or what it shows; in a sentence.</param>
public sealed record Reply(int Status, string Description)
{
    /// <summary>What the body is written from; null when there is no body, or when it is no JSON.</summary>
    public JsonTypeInfo? Type { get; init; }

    /// <summary>As what the body is sent; several when the request's Accept decides.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = ["application/json"];

    /// <summary>Whether it carries an ETag.</summary>
    public bool Versioned { get; init; }

    /// <summary>A thing that has a version.</summary>
    public static Reply Thing(int status, JsonTypeInfo type) => Value(status, type) with { Versioned = true };

    /// <summary>A body without a version.</summary>
    public static Reply Value(int status, JsonTypeInfo type) => 
        new(status, status is 201 ? "Created." : "Done.") { Type = type };

    /// <summary>No body.</summary>
    public static Reply Nothing(int status, string description = "Done, with nothing to show.") =>
        new(status, description) { MediaTypes = [] };
}

/// <summary>What a caller proves itself with.</summary>
/// <param name="Name">What the scheme is called in the description.</param>
/// <param name="Kind">OpenAPI's type: http or apiKey. Empty for no proof at all.</param>
/// <param name="Detail">The scheme of Authorization for http, the header's name for apiKey.</param>
/// <param name="Description">What to send.</param>
public sealed record Security(string Name, string Kind, string Detail, string Description)
{
    /// <summary>Nothing: everybody may call.</summary>
    public static Security None { get; } = new("", "", "", "");

    /// <summary>A user name and a password.</summary>
    public static Security Basic(string description) => new("basic", "http", "basic", description);

    /// <summary>A bearer token.</summary>
    public static Security Bearer(string description) => new("bearer", "http", "bearer", description);

    /// <summary>A value in a header.</summary>
    public static Security Header(string name, string header, string description) =>
        new(name, "apiKey", header, description);

    /// <summary>The scheme, for the document's components.</summary>
    internal JsonObject Scheme() => Kind is "http"
        ? new() { ["type"] = Kind, ["scheme"] = Detail, ["description"] = Description }
        : new() { ["type"] = Kind, ["in"] = "header", ["name"] = Detail, ["description"] = Description };

    /// <summary>That an operation asks for it.</summary>
    internal JsonObject Requirement() => Kind is "" ? [] : new() { [Name] = new JsonArray() };
}

/// <summary>What the service sends to an address of the application.</summary>
/// <param name="Name">What it is called in the description.</param>
/// <param name="Summary">What is sent, in a few words.</param>
/// <param name="Description">When it is sent, and what becomes of the answer.</param>
/// <param name="MediaType">As what its body is sent.</param>
public sealed record Webhook(string Name, string Summary, string Description, string MediaType)
{
    /// <summary>What the body is written from; null when it is a form.</summary>
    public JsonTypeInfo? Type { get; init; }

    /// <summary>The fields of a form.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Its headers.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>The answers that mean something, beside 2xx, which is a yes.</summary>
    public IReadOnlyList<Reply> Replies { get; init; } = [];

    /// <summary>What every event has, whose it ever is: https://www.standardwebhooks.com</summary>
    public static IReadOnlyList<Field> Standard { get; } =
    [
        new("Webhook-Id", Schema.Text(), "The event's id, the same whenever it is sent again: drop repeats by it."),
        new("Webhook-Timestamp", Schema.Text(), "When it was sent, in seconds since 1970."),
        new("Webhook-Signature", Schema.Text(), "`v1,` and the HMAC-SHA256, in base64, of id, timestamp and body "
            + "with points between, made with the account's signing secret."),
    ];
}

/// <summary>Which webhook a request asks for, by naming an address.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Address">Where the address stands, as a runtime expression of OpenAPI.</param>
public sealed record CallbackAddress(Webhook Webhook, string Address)
{
    /// <summary>One whose address is a member of the request's body.</summary>
    public static CallbackAddress In(string member, Webhook webhook) => new(webhook, $"{{$request.body#/{member}}}");
}
