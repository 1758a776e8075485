using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Sessions.Http.OpenApi;

/// <summary>What a surface tells of itself beside its functions' attributes and comments.</summary>
/// <param name="Slug">Its name in addresses, as in <c>/openapi/{slug}.json</c>.</param>
/// <param name="Surface">Its name, as its functions' names begin.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Version">The version of the API that it speaks.</param>
/// <param name="Description">What it is, in a few sentences of Markdown.</param>
public sealed record SurfaceDescription(
    string Slug, string Surface, string Title, string Version, string Description)
{
    /// <summary>What opens its functions; one of them is enough.</summary>
    public required IReadOnlyList<Security> Security { get; init; }

    /// <summary>What an error of this status is written from.</summary>
    public required Func<int, JsonTypeInfo> Error { get; init; }

    /// <summary>What the ids in its routes are, by their names there.</summary>
    public required IReadOnlyList<Field> Path { get; init; }

    /// <summary>Which of them name the caller: another's is forbidden, not absent.</summary>
    public IReadOnlyList<string> CallersOwn { get; init; } = [];

    /// <summary>
    /// Its operations in the order in which one uses them, by their functions' names behind the surface's; of a
    /// function with several methods by <c>Name_get</c> where they differ.
    /// </summary>
    public required OrderedDictionary<string, Operation> Operations { get; init; }

    /// <summary>
    /// Where it tells of an operation, by its function's name behind the surface's and its declared path; null when it
    /// does not. A surface that is several APIs has a description for each, whose versions its routes leave open.
    /// </summary>
    public Func<string, string, string?> Place { get; init; } = (_, path) => path;

    /// <summary>
    /// What members of answers may be where their type does not tell, such as <c>SessionResource.status</c>;
    /// <c>Type.*</c> is for those that the type has no property for.
    /// </summary>
    public IReadOnlyDictionary<string, Schema> Members { get; init; } = new Dictionary<string, Schema>();

    /// <summary>What the surface's own types are that stand for a single value.</summary>
    public IReadOnlyDictionary<Type, Schema> Types { get; init; } = new Dictionary<Type, Schema>();

    /// <summary>Headers that all its functions read.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>Headers that all its answers carry.</summary>
    public IReadOnlyList<Field> ReplyHeaders { get; init; } =
        [new("X-Request-Id", Schema.Text(), "The request's id in the log.")];

    /// <summary>Refusals that every one of its functions may give, beside those that all surfaces have.</summary>
    public IReadOnlyList<RefusalKind> Refusals { get; init; } = [];
}

/// <summary>How a surface adds its description.</summary>
public static class DescriptionServices
{
    /// <summary>
    /// Adds a description, which is made when somebody asks for one: it is made of all the surface's wire types, and
    /// the first request to a new instance should not wait for that.
    /// </summary>
    public static IServiceCollection AddDescription(
        this IServiceCollection services, Func<SurfaceDescription> description) => services.AddSingleton(description);
}
