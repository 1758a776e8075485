namespace Sessions.LiveStream;

/// <summary>What a token must be allowed, operation by operation; a host needs the role besides.</summary>
internal static class LiveStreamScopes
{
    public const string ReadRooms = "live-stream:rooms:read";
    public const string WriteRooms = "live-stream:rooms:write";
    public const string ReadPresets = "live-stream:presets:read";
    public const string WritePresets = "live-stream:presets:write";
    public const string ReadSessions = "live-stream:sessions:read";
    public const string WriteSessions = "live-stream:sessions:write";
    public const string JoinSessions = "live-stream:sessions:join";
    public const string MonitorSessions = "live-stream:sessions:monitor";
}
