using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

/// <summary>Writes one operation of a document.</summary>
internal sealed class OperationWriter(
    SurfaceDescription description,
    IReadOnlyList<DeclaredOperation> all,
    OperationRefusals refusals,
    WireSchemas schemas,
    CodeComments comments,
    RecordedExamples examples,
    WebhookWriter webhooks)
{
    private static readonly Field _idempotencyKey = new(
        "Idempotency-Key", Schema.Text(max: 255, min: 1),
        "Makes a repeated create one create: the same key and body get the first one's answer again.");

    private static readonly Field _ifMatch = new(
        "If-Match", Schema.Text(), "The ETag that was seen last, or `*`. Refuses when the thing has changed since.");

    private static readonly Field _etag = new("ETag", Schema.Text(), "The version of what the answer shows.");

    /// <summary>The operation of a function.</summary>
    /// <exception cref="InvalidOperationException">Its surface does not describe it, or an id of its route.</exception>
    public JsonObject Write(DeclaredOperation declared)
    {
        var operation = description.OperationOf(declared);
        var first = FirstOf(operation) ?? declared;
        var written = new JsonObject
        {
            ["operationId"] = IdOf(declared),
            ["tags"] = new JsonArray(Words.Tag(first.Function.DeclaringType!)),
        };
        if (first != declared)
        {
            written["x-same-as"] = IdOf(first);
        }

        Tell(written, comments.Summary(declared.Function) ?? Words.Of(declared.ShortName));
        written["parameters"] = new JsonArray([.. Parameters(declared, operation)]);
        if (operation.Body is { } body)
        {
            written["requestBody"] = RequestBody(body);
        }

        var successes = operation.Replies.Select(reply => KeyValuePair.Create(
            reply.Status.ToString(CultureInfo.InvariantCulture),
            (JsonNode?)Response(reply, examples.Of(IdOf(first), reply.Status))));
        written["responses"] = new JsonObject(successes.Concat(refusals.Of(declared, operation)));
        if (operation.Callbacks is not [])
        {
            written["callbacks"] = new JsonObject(operation.Callbacks.Select(callback => KeyValuePair.Create(
                callback.Webhook.Name,
                (JsonNode?)new JsonObject { [callback.Address] = webhooks.Add(callback.Webhook) })));
        }

        if (operation.Security is { } own)
        {
            written["security"] = DocumentWriter.Requirements(own);
        }

        return written;
    }

    /// <summary>The headers of an answer, for its description.</summary>
    public static JsonObject ReplyHeaders(SurfaceDescription description, IEnumerable<Field> own) =>
        new(description.ReplyHeaders.Concat(own).Select(header =>
            KeyValuePair.Create(header.Name, (JsonNode?)header.Header())));

    // What is there once more stands under the tag of the first, and names it.
    private DeclaredOperation? FirstOf(Operation operation) => operation.SameAs is { } name
        ? all.First(other => other.ShortId == name || other.ShortName == name)
        : null;

    private string IdOf(DeclaredOperation declared) => description.OperationOf(declared).Id ?? declared.Id;

    // The first sentence is the summary; what more there is, the description.
    private static void Tell(JsonObject written, string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        written["summary"] = (end < 0 ? text : text[..end]).TrimEnd('.');
        if (end > 0)
        {
            written["description"] = text[(end + 2)..];
        }
    }

    private IEnumerable<JsonNode> Parameters(DeclaredOperation declared, Operation operation)
    {
        var ids = declared.Ids.Select(id => description.Path.FirstOrDefault(field => field.Name == id)
            ?? throw new InvalidOperationException($"{description.Surface} does not describe the id {id}."));
        Field[] headers =
        [
            .. operation.Headers,
            .. operation.Repeatable ? [_idempotencyKey] : Array.Empty<Field>(),
            .. operation.Conditional ? [_ifMatch] : Array.Empty<Field>(),
            .. description.Headers,
        ];
        return
        [
            .. ids.Select(field => field.Parameter("path")),
            .. operation.Query.Select(field => field.Parameter("query")),
            .. headers.Select(field => field.Parameter("header")),
        ];
    }

    private JsonObject RequestBody(Body body) => new()
    {
        ["required"] = !body.Optional,
        ["content"] = new JsonObject
        {
            [body.MediaType] = new JsonObject
            {
                ["schema"] = schemas.Add(body.Name, Schema.Members(body.Fields)),
                ["example"] = body.Example(),
            },
        },
    };

    private JsonObject Response(Reply reply, JsonNode? example)
    {
        var response = new JsonObject
        {
            ["description"] = reply.Description,
            ["headers"] = ReplyHeaders(description, reply.Versioned ? [_etag] : []),
        };
        if (reply.MediaTypes is not [])
        {
            response["content"] = new JsonObject(reply.MediaTypes.Select(type => KeyValuePair.Create(
                type, (JsonNode?)Media(reply, example))));
        }

        return response;
    }

    private JsonObject Media(Reply reply, JsonNode? example)
    {
        var media = new JsonObject { ["schema"] = SchemaOf(reply) };
        if (example is not null)
        {
            media["example"] = example.DeepClone();
        }

        return media;
    }

    private JsonObject SchemaOf(Reply reply) =>
        reply.Type is null ? Schema.Text().ToJson() : schemas.Of(reply.Type);
}

/// <summary>Names of code as words that people read.</summary>
internal static partial class Words
{
    private const string Functions = "Functions";

    /// <summary>What a class's functions are about, such as <c>Phone number</c> of PhoneNumberFunctions.</summary>
    public static string Tag(Type type) => Of(
        type.Name.EndsWith(Functions, StringComparison.Ordinal) ? type.Name[..^Functions.Length] : type.Name);

    /// <summary>The words of a name in PascalCase.</summary>
    public static string Of(string name) => Inner().Replace(name, match => $" {char.ToLowerInvariant(match.Value[0])}");

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Inner();
}

/// <summary>
/// With what an operation may refuse. Which status a surface has for a reason, the surface itself is asked.
/// </summary>
internal sealed class OperationRefusals(
    SurfaceDescription description, ISurface surface, WireSchemas schemas, CodeComments comments)
{
    private const string OwnReason = "A reason of this API's own, which the body tells.";

    private static readonly RefusalKind[] _always =
        [RefusalKind.Invalid, RefusalKind.Throttled, RefusalKind.Internal, RefusalKind.Unavailable];

    /// <summary>The refusals as responses, by status.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Of(DeclaredOperation declared, Operation operation)
    {
        var reasons = Kinds(declared, operation).Distinct()
            .Select(kind => (Status: StatusOf(kind), Text: comments.Summary(kind) ?? kind.ToString()))
            .Concat(operation.Errors.Select(status => (Status: status, Text: OwnReason)));
        return
            from reason in reasons
            group reason.Text by reason.Status into texts
            orderby texts.Key
            select KeyValuePair.Create(
                texts.Key.ToString(CultureInfo.InvariantCulture),
                (JsonNode?)Response(texts.Key, string.Join(" Or: ", texts.Distinct())));
    }

    private IEnumerable<RefusalKind> Kinds(DeclaredOperation declared, Operation operation)
    {
        bool signed = operation.Security is { } own && !own.Contains(Security.None);
        return
        [
            .. _always,
            .. description.Refusals,
            .. operation.Refusals,
            .. Given(RefusalKind.Unauthenticated, !signed),
            .. Given(RefusalKind.Forbidden, !signed),
            .. Given(RefusalKind.NotFound, declared.Ids.Except(description.CallersOwn).Any()),
            .. Given(RefusalKind.TooLarge, operation.Body is not null),
            .. Given(RefusalKind.UnsupportedMedia, operation.Body is { IsForm: true }),
            .. Given(RefusalKind.IdempotencyMismatch, operation.Repeatable),
            .. Given(RefusalKind.PreconditionFailed, operation.Conditional),
        ];
    }

    private static RefusalKind[] Given(RefusalKind kind, bool condition) => condition ? [kind] : [];

    private int StatusOf(RefusalKind kind)
    {
        var request = new DefaultHttpContext { Request = { Path = "/" } }.Request;
        var refusal = surface.Refuse(request, new(kind, kind.ToString()));
        return ((IStatusCodeHttpResult)refusal).StatusCode!.Value;
    }

    private JsonObject Response(int status, string text) => new()
    {
        ["description"] = text,
        ["headers"] = OperationWriter.ReplyHeaders(description, HeadersOf(status)),
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = schemas.Of(description.Error(status)) },
        },
    };

    private static IEnumerable<Field> HeadersOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized =>
            [new("WWW-Authenticate", Schema.Text(), "How to sign in.")],
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable =>
            [new("Retry-After", Schema.Whole(0), "How many seconds to wait, when that is known.")],
        _ => [],
    };
}
