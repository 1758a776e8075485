using System.Text.Json.Nodes;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.OpenApi;

/// <summary>One way to call an operation.</summary>
internal sealed record ExchangeCase(string Name)
{
    /// <summary>Who calls; null is nobody.</summary>
    public Tenant? Sender { get; init; } = Tenant.Acme;

    /// <summary>Whether the ids name things that are there.</summary>
    public bool Present { get; init; } = true;

    /// <summary>Whether the request is good, so that its description must take it.</summary>
    public bool Good { get; init; }

    /// <summary>Headers beside the sample's.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A body in the place of the sample's.</summary>
    public string? RawBody { get; init; }

    /// <summary>Its media type; that of the surface when null.</summary>
    public string? MediaType { get; init; }

    /// <summary>The members of the body in the place of the sample's.</summary>
    public JsonObject? Members { get; init; }

    /// <summary>Whether the body is that of the case before, with a member more that nobody reads.</summary>
    public bool Again { get; init; }

    /// <summary>Whether no query is sent, so that nothing is filtered.</summary>
    public bool Bare { get; init; }

    /// <summary>The ways that an operation is worth to be called in, as it describes itself.</summary>
    public static IEnumerable<ExchangeCase> For(JsonObject operation) =>
    [
        new("nobody") { Sender = null },
        new("absent") { Present = false },
        new("another tenant") { Sender = Tenant.Other },
        new("bad key") { Headers = Header("Idempotency-Key", new('k', 256)) },
        .. Takes(operation, "If-Match") ? [new("other version") { Headers = Header("If-Match", "\"other\"") }] : None,
        new("good") { Good = true },
        .. HasOnlyOptionalQuery(operation) ? [new("no query") { Good = true, Bare = true }] : None,
        .. operation["requestBody"]?["content"]?.AsObject().First().Value is { } body
            ? WithBody(operation, body)
            : None,
    ];

    private static ExchangeCase[] None => [];

    private static IEnumerable<ExchangeCase> WithBody(JsonObject operation, JsonNode body)
    {
        var example = body["example"]!.AsObject();
        yield return new("too large") { RawBody = new string(' ', 600 * 1024) };
        yield return new("no JSON") { RawBody = "{", MediaType = "application/json" };
        yield return new("no text") { RawBody = "a=%ff" };
        yield return new("its own example") { Good = true, Members = example };
        if (Takes(operation, "Idempotency-Key"))
        {
            var key = Header("Idempotency-Key", SampleClient.NewName());
            yield return new("first of a key") { Good = true, Headers = key };
            yield return new("same key again") { Headers = key, Again = true };
        }
    }

    private static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };

    private static bool HasOnlyOptionalQuery(JsonObject operation)
    {
        var parameters = operation["parameters"]!.AsArray();
        var query = parameters.Where(parameter => (string?)parameter!["in"] is "query").ToList();
        return query is not [] && query.TrueForAll(parameter => !(bool)parameter!["required"]!);
    }

    private static bool Takes(JsonObject operation, string header) =>
        operation["parameters"]!.AsArray().Any(parameter => (string?)parameter!["name"] == header);
}
