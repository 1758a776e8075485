using Microsoft.Extensions.DependencyInjection;

namespace Sessions.OpenApi;

/// <summary>What the descriptions are made of; each surface adds its own.</summary>
public static class OpenApiServices
{
    /// <summary>Adds the documents and their page.</summary>
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services
        .AddSingleton<OpenApiDocuments>()
        .AddSingleton<DocsPage>();
}
