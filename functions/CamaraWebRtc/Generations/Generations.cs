using Microsoft.AspNetCore.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>The generations that are served: a next one is a file beside this one, and a word here.</summary>
internal static class Generations
{
    /// <summary>All of them; what is older than they is of the first.</summary>
    public static IReadOnlyList<Generation> All { get; } =
        [R22.Generation, R31.Generation, WorkInProgress.Generation, ShortPath.Generation];

    /// <summary>The one that serves a path.</summary>
    /// <exception cref="Http.RefusedException">NOT_FOUND: there is no such version.</exception>
    public static Generation At(PathString path) =>
        All.FirstOrDefault(generation => generation.Serves(path)) ?? throw CamaraErrors.NotFound();

    /// <summary>The one of this name, or the first.</summary>
    public static Generation Named(string? name) => All.FirstOrDefault(generation => generation.Name == name) ?? All[0];
}
