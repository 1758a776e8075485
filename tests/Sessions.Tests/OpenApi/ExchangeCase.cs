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

    /// <summary>The ways that an operation is worth to be called in, as it describes itself.</summary>
    public static IEnumerable<ExchangeCase> For(JsonObject operation)
    {
        yield return new("good") { Good = true };
        yield return new("nobody") { Sender = null };
        yield return new("absent") { Present = false };
        yield return new("another tenant") { Sender = Tenant.Other };
        yield return new("bad key") { Headers = Header("Idempotency-Key", "") };
        if (Takes(operation, "If-Match"))
        {
            yield return new("other version") { Headers = Header("If-Match", "\"other\"") };
        }

        if (operation["requestBody"]?["content"]?.AsObject().First().Value is not { } body)
        {
            yield break;
        }

        yield return new("its own example") { Good = true, Members = body["example"]!.AsObject() };
        yield return new("too large") { RawBody = new string(' ', 600 * 1024) };
        yield return new("no JSON") { RawBody = "{", MediaType = "application/json" };
        yield return new("no text") { RawBody = "a=%ff" };
        if (Takes(operation, "Idempotency-Key"))
        {
            yield return new("first of a key") { Good = true, Headers = Header("Idempotency-Key", "a key") };
            yield return new("same key again") { Headers = Header("Idempotency-Key", "a key"), Members = Other(body) };
        }
    }

    private static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };

    private static bool Takes(JsonObject operation, string header) =>
        operation["parameters"]!.AsArray().Any(parameter => (string?)parameter!["name"] == header);

    // Good, and never what the sample has.
    private static JsonObject Other(JsonNode body) => body["example"]!.DeepClone().AsObject();
}
