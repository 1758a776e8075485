using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>What a token must allow, operation by operation, in the names of the APIs' yaml.</summary>
internal static class Scopes
{
    public const string CreateCall = "webrtc-call-handling:sessions:create";
    public const string ReadCall = "webrtc-call-handling:sessions:read";
    public const string WriteCall = "webrtc-call-handling:sessions:write";
    public const string DeleteCall = "webrtc-call-handling:sessions:delete";

    public const string CreateRegistration = "webrtc-registration:sessions:create";
    public const string ReadRegistration = "webrtc-registration:sessions:read";
    public const string WriteRegistration = "webrtc-registration:sessions:write";
    public const string DeleteRegistration = "webrtc-registration:sessions:delete";

    public const string ReadSubscription = "webrtc-events:read";
    public const string DeleteSubscription = "webrtc-events:delete";

    /// <summary>The scope for a subscription to this type of event.</summary>
    public static string CreateSubscription(string eventType) => $"webrtc-events:{eventType}:create";

    /// <summary>Refuses a token without the scope; null asks for none.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED.</exception>
    public static void Require(this Exchange exchange, string? scope)
    {
        if (scope is not null && !exchange.Caller.May(scope))
        {
            throw CamaraErrors.PermissionDenied(scope);
        }
    }
}
