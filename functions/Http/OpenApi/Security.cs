using System.Text.Json.Nodes;

namespace Sessions.Http.OpenApi;

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
