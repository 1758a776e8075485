using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

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
