using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>A create makes one thing, however often it is asked for.</summary>
internal static class MadeOnce
{
    /// <summary>What is wrong when something is stored that was answered to nobody; null when nothing is.</summary>
    /// <param name="stored">What creates have made.</param>
    /// <param name="answered">The ids that creates were answered with.</param>
    public static string? Explain(IEnumerable<Document> stored, IEnumerable<string> answered)
    {
        var known = answered.ToHashSet(StringComparer.Ordinal);
        var unknown = stored.FirstOrDefault(document => !known.Contains(document.Id));
        return unknown is null ? null : $"{unknown.Id} was made, and no create was answered with it.";
    }
}
