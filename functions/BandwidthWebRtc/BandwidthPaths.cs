using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// What the routes name. Bandwidth's old documentation shows the account twice, by mistake; clients that were written
/// by it are served as well.
/// </summary>
internal static class BandwidthPaths
{
    public const string AccountId = "accountId";
    public const string SecondAccountId = "secondAccountId";
    public const string SessionId = "sessionId";
    public const string ParticipantId = "participantId";
}

/// <summary>Bandwidth's ids are UUIDs; they are read in any case and written in lower case.</summary>
internal static class BandwidthIds
{
    /// <summary>The id in the form in which it is kept, or null when it is none.</summary>
    public static string? Canonical(string? id) => Guid.TryParseExact(id, "D", out var uuid) ? uuid.ToString() : null;

    /// <summary>The session that the path names.</summary>
    /// <exception cref="RefusedException">404: it is no id.</exception>
    public static string SessionId(this Exchange exchange)
    {
        var id = exchange.Route(BandwidthPaths.SessionId);
        return Canonical(id) ?? throw BandwidthErrors.NoSession(id);
    }

    /// <summary>The participant that the path names.</summary>
    /// <exception cref="RefusedException">404: it is no id.</exception>
    public static string ParticipantId(this Exchange exchange)
    {
        var id = exchange.Route(BandwidthPaths.ParticipantId);
        return Canonical(id) ?? throw BandwidthErrors.NoParticipant(id);
    }
}

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
