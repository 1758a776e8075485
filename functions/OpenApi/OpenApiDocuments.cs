using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.OpenApi;

namespace Sessions.OpenApi;

/// <summary>The documents of all surfaces. They are written at the first request for one, and then kept.</summary>
public sealed class OpenApiDocuments
{
    // No address has such characters.
    private const string Address = "{address}";

    private static readonly JsonSerializerOptions _readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<IReadOnlyList<SurfaceDescription>> _surfaces;
    private readonly Lazy<Dictionary<string, string>> _texts;

    /// <summary>The documents of these surfaces.</summary>
    public OpenApiDocuments(IEnumerable<Func<SurfaceDescription>> descriptions, IEnumerable<ISurface> surfaces)
    {
        _surfaces = new(() => [.. descriptions.Select(describe => describe())]);
        _texts = new(() => Write(Surfaces, [.. surfaces]));
    }

    /// <summary>The surfaces that are described.</summary>
    public IReadOnlyList<SurfaceDescription> Surfaces => _surfaces.Value;

    /// <summary>The document of a surface, for a service at this address; null when there is no such surface.</summary>
    public string? Of(string slug, string address) =>
        _texts.Value.GetValueOrDefault(slug)?.Replace(
            Address, JsonEncodedText.Encode(address).ToString(), StringComparison.Ordinal);

    private static Dictionary<string, string> Write(IEnumerable<SurfaceDescription> descriptions, ISurface[] surfaces)
    {
        var code = Assembly.GetExecutingAssembly();
        var writer = new DocumentWriter(CodeComments.Of(code), DeclaredOperation.In(code));
        return descriptions.ToDictionary(
            description => description.Slug,
            description => writer
                .Write(description, surfaces.Single(surface => surface.Name == description.Surface), Address)
                .ToJsonString(_readable));
    }
}

/// <summary>What the descriptions are made of; each surface adds its own.</summary>
public static class OpenApiServices
{
    /// <summary>Adds the documents and their page.</summary>
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services
        .AddSingleton<OpenApiDocuments>()
        .AddSingleton<DocsPage>();
}
