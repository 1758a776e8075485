namespace Sessions.TwilioProxy;

/// <summary>What an API key must be allowed, operation by operation; the account's own secret may do it all.</summary>
internal static class ProxyScopes
{
    public const string ReadServices = "twilio-proxy:services:read";
    public const string WriteServices = "twilio-proxy:services:write";
    public const string ReadSessions = "twilio-proxy:sessions:read";
    public const string WriteSessions = "twilio-proxy:sessions:write";
    public const string ReadParticipants = "twilio-proxy:participants:read";
    public const string WriteParticipants = "twilio-proxy:participants:write";
    public const string ReadInteractions = "twilio-proxy:interactions:read";
    public const string WriteInteractions = "twilio-proxy:interactions:write";
    public const string ReadPhoneNumbers = "twilio-proxy:phone-numbers:read";
    public const string WritePhoneNumbers = "twilio-proxy:phone-numbers:write";
    public const string ReadShortCodes = "twilio-proxy:short-codes:read";
    public const string WriteShortCodes = "twilio-proxy:short-codes:write";
}
