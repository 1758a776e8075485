using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>A refusal in this API's words.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Summary">What TenByte's own examples say for this status.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record LiveStreamRefusal(int Status, string Code, string Summary, string Message)
    : Refusal(RefusalKind.Surface, Message)
{
    /// <summary>The fields that are wrong, or null.</summary>
    public IReadOnlyList<FieldError>? Fields { get; init; }
}

/// <summary>The errors of the surface. The texts in the examples of TenByte's specification are kept.</summary>
internal static class LiveStreamErrors
{
    public const string JoinLimit = "join_limit_reached";

    private const string NoAuthentication = "Could not determine authentication type from request. "
        + "Please provide a valid Authorization header or X-API-Key header.";

    public static RefusedException NoCredentials() =>
        new(new LiveStreamRefusal(401, "auth_type_not_found", NoAuthentication, NoAuthentication));

    public static RefusedException WrongCredentials() =>
        Error(401, "auth_invalid", "The token is unknown or has run out. Send another.");

    public static RefusedException BadWebhook(string why) => Error(401, "webhook_signature_invalid", why);

    public static RefusedException HostOnly() => Error(403, "host_only", "Only hosts may do this.");

    public static RefusedException NotYours() =>
        Error(403, "not_the_host", "This room is another host's. Only its host may do this.");

    public static RefusedException NotFound() =>
        RefusedException.For(RefusalKind.NotFound, "There is nothing of this id.");

    public static RefusedException BadId() => Error(400, "invalid_id", "The id in the path is no UUID.");

    public static RefusedException Invalid(IReadOnlyList<FieldError> fields) => new(
        new LiveStreamRefusal(422, "invalid_request", "Invalid Request", fields[0].Message) { Fields = fields });

    public static RefusedException RoomIsLive() =>
        Error(409, "room_live", "A session of this room is live or starting. End that one first.");

    public static RefusedException SessionOver(string status) =>
        Error(409, $"session_{status}", $"The session is {status}. Create another.");

    public static RefusedException NotLive(string status) =>
        Error(409, "session_not_live", $"The session is {status}. It must be live for this.");

    public static RefusedException NotScheduled(string status) =>
        Error(409, "session_not_scheduled", $"The session is {status}. It must be scheduled for this.");

    public static RefusedException WebcamOnly() =>
        Error(409, "webcam_only", "This is for sessions of mode webcam. This one sends RTMP: use ensure_hls_egress.");

    public static RefusedException Full(int limit) =>
        Error(409, JoinLimit, $"All {limit} places are taken. Try again when someone has left.");

    public static RefusedException UnderWay() => Error(
        409, "start_in_progress", "Another request is at it. Try again in a moment.", TimeSpan.FromSeconds(1));

    public static RefusedException StartFailed() => Error(
        503, "start_failed", "The start that was under way failed. Try again.", TimeSpan.FromSeconds(1));

    public static RefusedException LiveKitFailed(LiveKitException failure) => failure.Kind switch
    {
        LiveKitFailure.Refused => Error(502, "livekit_refused", $"LiveKit refused with {failure.Code}."),
        _ => Error(503, "livekit_unavailable", "LiveKit does not answer. Try again.", TimeSpan.FromSeconds(5)),
    };

    /// <summary>The status, code and message for a refusal that is common to all surfaces.</summary>
    public static LiveStreamRefusal Of(Refusal refusal) => refusal switch
    {
        LiveStreamRefusal own => own,
        { Kind: RefusalKind.Unauthenticated } => Common(refusal, 401, "auth_invalid"),
        { Kind: RefusalKind.Forbidden } => Common(refusal, 403, "forbidden"),
        { Kind: RefusalKind.NotFound } => Common(refusal, 404, "not_found", "Resource not found"),
        { Kind: RefusalKind.MethodNotAllowed } => Common(refusal, 405, "method_not_allowed"),
        { Kind: RefusalKind.TooLarge } => Common(refusal, 413, "too_large"),
        { Kind: RefusalKind.UriTooLong } => Common(refusal, 414, "uri_too_long"),
        { Kind: RefusalKind.HeadersTooLarge } => Common(refusal, 431, "headers_too_large"),
        { Kind: RefusalKind.TimedOut } => Common(refusal, 408, "timed_out"),
        { Kind: RefusalKind.UnsupportedMedia } => Common(refusal, 415, "unsupported_media"),
        { Kind: RefusalKind.PreconditionFailed } => Common(refusal, 412, "precondition_failed"),
        { Kind: RefusalKind.IdempotencyMismatch } => Common(refusal, 422, "idempotency_mismatch"),
        { Kind: RefusalKind.Throttled } => Common(refusal, 429, "throttled"),
        { Kind: RefusalKind.Unavailable } => Common(refusal, 503, "store_unavailable"),
        { Kind: RefusalKind.Internal } => Common(refusal, 500, "internal", "Internal server error"),
        _ => Common(refusal, 400, "invalid_request", "Invalid Request"),
    };

    private static LiveStreamRefusal Common(Refusal refusal, int status, string code, string? summary = null) =>
        new(status, code, summary ?? refusal.Message, refusal.Message) { RetryAfter = refusal.RetryAfter };

    private static RefusedException Error(int status, string code, string message, TimeSpan? retryAfter = null) =>
        new(new LiveStreamRefusal(status, code, message, message) { RetryAfter = retryAfter });
}
