using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>A refusal with one of CAMARA's codes.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The code of CAMARA_common.yaml, or of the API itself.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record CamaraRefusal(int Status, string Code, string Message) : Refusal(RefusalKind.Surface, Message);

/// <summary>
/// The errors of the three APIs, by their codes. Source: CAMARA_common.yaml of camaraproject/Commonalities, and the
/// responses of each API's yaml.
/// </summary>
internal static class CamaraErrors
{
    public static RefusedException Invalid(string message) => Error(400, "INVALID_ARGUMENT", message);

    public static RefusedException OutOfRange(string message) => Error(400, "OUT_OF_RANGE", message);

    public static RefusedException MissingId(string parameter) =>
        Invalid($"Expected property is missing: {parameter}. Send it in the path.");

    public static RefusedException NotFound() => Error(404, "NOT_FOUND", "The specified resource is not found.");

    public static RefusedException NoSuchMethod() =>
        Error(405, "METHOD_NOT_ALLOWED", "This version of the API has no such operation. A later one has.");

    public static RefusedException PermissionDenied(string scope) =>
        Error(403, "PERMISSION_DENIED", $"The access token needs the scope {scope} for this.");

    public static RefusedException InvalidTokenContext(string field) =>
        Error(403, "INVALID_TOKEN_CONTEXT", $"{field} is not consistent with access token.");

    public static RefusedException IncompatibleState(string from, string to) =>
        Error(409, "INCOMPATIBLE_STATE", $"The session cannot go from {from} to {to}.");

    public static RefusedException Registered() => Error(
        409,
        "ALREADY_EXISTS",
        "The device is registered for this number already. Find the registration by its deviceId; use it or end it.");

    /// <summary>A credential for a sink that is not there.</summary>
    public static RefusedException NoSinkToOpen() =>
        Invalid("sinkCredential and protocolSettings are for a sink. Send a sink, or leave them out.");

    /// <summary>Something that only the other side may do.</summary>
    public static RefusedException NotYours(string what, string side) =>
        Error(409, "INCOMPATIBLE_STATE", $"The session cannot take {what} from you: that is the {side}'s to send.");

    /// <summary>What a device of the receiver is told that comes after another one.</summary>
    public static RefusedException AnsweredElsewhere() => Error(
        409,
        "INCOMPATIBLE_STATE",
        "The call was answered elsewhere: it is Connected with another answer, and takes Hold, Resume, new media and "
        + "Terminated.");

    public static RefusedException EmergencyNotSupported() =>
        Error(501, "CALLTYPE_EMERGENCY_NOT_SUPPORTED", "Server does not support call type EMERGENCY.");

    /// <summary>An error of any code.</summary>
    public static RefusedException Error(int status, string code, string message) =>
        new(new CamaraRefusal(status, code, message));

    /// <summary>The code, status and message for a refusal that is common to all surfaces.</summary>
    public static CamaraRefusal Of(Refusal refusal) => refusal switch
    {
        CamaraRefusal own => own,
        { Kind: RefusalKind.Unauthenticated } => new(401, "UNAUTHENTICATED", refusal.Message),
        { Kind: RefusalKind.Forbidden } => new(403, "PERMISSION_DENIED", refusal.Message),
        { Kind: RefusalKind.NotFound } => new(404, "NOT_FOUND", refusal.Message),
        { Kind: RefusalKind.MethodNotAllowed } => new(405, "METHOD_NOT_ALLOWED", refusal.Message),
        { Kind: RefusalKind.TooLarge } => new(413, "INVALID_ARGUMENT", refusal.Message),
        { Kind: RefusalKind.UriTooLong } => new(414, "INVALID_ARGUMENT", refusal.Message),
        { Kind: RefusalKind.HeadersTooLarge } => new(431, "INVALID_ARGUMENT", refusal.Message),
        { Kind: RefusalKind.TimedOut } => new(408, "INVALID_ARGUMENT", refusal.Message),
        { Kind: RefusalKind.UnsupportedMedia } => new(415, "UNSUPPORTED_MEDIA_TYPE", refusal.Message),
        { Kind: RefusalKind.PreconditionFailed } => new(412, "FAILED_PRECONDITION", refusal.Message),
        { Kind: RefusalKind.IdempotencyMismatch } => new(409, "ALREADY_EXISTS", refusal.Message),
        { Kind: RefusalKind.Throttled } => new(429, "TOO_MANY_REQUESTS", refusal.Message),
        { Kind: RefusalKind.Unavailable } => new(503, "UNAVAILABLE", refusal.Message),
        { Kind: RefusalKind.Internal } => new(500, "INTERNAL", refusal.Message),
        _ => new(400, "INVALID_ARGUMENT", refusal.Message),
    };
}

/// <summary>An error on the wire, the ErrorInfo of every CAMARA API.</summary>
/// <param name="Status">The HTTP status again.</param>
/// <param name="Code">The code.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record ErrorInfo(int Status, string Code, string Message);
