using System.Text.Json;

namespace Sessions.Bench;

/// <summary>What is asked of a surface: its sessions created, fetched, listed and updated.</summary>
/// <param name="Kind">The kind of the documents that its sessions are.</param>
/// <param name="Create">Makes a session.</param>
internal sealed record SurfaceLoad(string Kind, ApiRequest Create)
{
    /// <summary>Where the session's id is in the answer of the create.</summary>
    public required Func<JsonElement, string> Id { get; init; }

    /// <summary>Fetches a session; in the place of its id is a row of #.</summary>
    public required ApiRequest Fetch { get; init; }

    /// <summary>Lists ten of them, or null when the surface has no list.</summary>
    public ApiRequest? List { get; init; }

    /// <summary>Changes a session, any number of times.</summary>
    public required ApiRequest Update { get; init; }

    /// <summary>What stands for the # of an update, when that is not a session's id alone.</summary>
    public IReadOnlyList<string>? Updated { get; init; }
}
