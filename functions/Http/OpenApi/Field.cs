using System.Text.Json.Nodes;

namespace Sessions.Http.OpenApi;

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
