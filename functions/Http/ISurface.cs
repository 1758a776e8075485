using Microsoft.AspNetCore.Http;
using Sessions.Http.Accounts;

namespace Sessions.Http;

/// <summary>One of the APIs that Sessions speaks: which paths are its own, who may call it, how it says no.</summary>
public interface ISurface
{
    /// <summary>Its name, as in the folder and the functions' names.</summary>
    string Name { get; }

    /// <summary>The largest body that it reads, in bytes.</summary>
    int BodyLimit { get; }

    /// <summary>The header in which each of its answers carries the request's id.</summary>
    string RequestIdHeader => "X-Request-Id";

    /// <summary>Whether an unknown path would belong to it, so that it is refused in its shape.</summary>
    bool Owns(PathString path);

    /// <summary>The request's id as answers and the log have it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="id">A new id.</param>
    string RequestId(HttpRequest request, Guid id) => id.ToString("N");

    /// <summary>Who is calling.</summary>
    /// <exception cref="RefusedException">No credentials, wrong ones, or ones that may not call this path.</exception>
    ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now);

    /// <summary>The refusal in the surface's own status, headers and body.</summary>
    IResult Refuse(HttpRequest request, Refusal refusal);
}
