using Microsoft.Extensions.DependencyInjection;

namespace Sessions.Http.OpenApi;

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
