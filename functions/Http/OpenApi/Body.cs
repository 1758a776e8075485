using System.Text.Json.Nodes;

namespace Sessions.Http.OpenApi;

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
