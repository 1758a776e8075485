using System.Text.Json.Serialization.Metadata;

namespace Sessions.Http.OpenApi;

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
