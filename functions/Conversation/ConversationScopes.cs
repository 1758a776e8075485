namespace Sessions.Conversation;

/// <summary>What a token must be allowed, operation by operation.</summary>
internal static class ConversationScopes
{
    public const string ReadSessions = "conversation:sessions:read";
    public const string WriteSessions = "conversation:sessions:write";
    public const string ReadMembers = "conversation:members:read";
    public const string WriteMembers = "conversation:members:write";
    public const string WriteMessages = "conversation:messages:write";
    public const string ReadEvents = "conversation:events:read";
}
