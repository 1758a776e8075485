using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

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
