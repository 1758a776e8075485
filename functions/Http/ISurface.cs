using Microsoft.AspNetCore.Http;

namespace Sessions.Http;

/// <summary>
/// One of the APIs that Sessions speaks, seen from outside: which paths are its own, and how it says no.
/// </summary>
public interface ISurface
{
    /// <summary>Its name, as in the folder and the functions' names.</summary>
    string Name { get; }

    /// <summary>Whether an unknown path would belong to it, so that it is refused in its shape.</summary>
    bool Owns(PathString path);

    /// <summary>The refusal in the surface's own status, headers and body.</summary>
    IResult Refuse(HttpRequest request, Refusal refusal);
}
