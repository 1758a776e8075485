namespace Sessions.BandwidthWebRtc;

/// <summary>The rules that several request bodies share.</summary>
internal static class BandwidthParameters
{
    private const int MaxTag = 50;

    /// <summary>A tag of at most 50 characters (UTF-16 code units); null when it is absent or empty.</summary>
    /// <exception cref="Http.RefusedException">400: it is longer.</exception>
    public static string? Tag(string? tag) =>
        tag is null or "" ? null
        : tag.Length <= MaxTag ? tag
        : throw BandwidthErrors.Invalid($"tag has {tag.Length} characters. Send at most {MaxTag}.");
}
