using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>A refusal with Twilio's own code.</summary>
/// <param name="Code">The code of twilio.com/docs/api/errors.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record ProxyRefusal(int Code, int Status, string Message) : Refusal(RefusalKind.Surface, Message);

/// <summary>
/// The errors of Proxy, by their codes at twilio.com/docs/api/errors. A code whose status the dictionary does not
/// give is 400, as is usual there.
/// </summary>
internal static class ProxyErrors
{
    public static RefusedException Invalid(string message) => Error(20001, 400, message);

    public static RefusedException NotFound(string resource) =>
        Error(20404, 404, $"The requested resource {resource} was not found");

    public static RefusedException NoSessionOfThatName() =>
        Error(80308, 404, "There is no Session with this UniqueName in the Service.");

    public static RefusedException ServiceNameTaken() => Error(80602, 400, "Service UniqueName must be unique.");

    public static RefusedException SessionNameTaken() => Error(80603, 400, "Session UniqueName must be unique.");

    public static RefusedException SessionClosed() =>
        Error(80607, 400, "The Session is closed and cannot be updated. Set Status to in-progress to re-open it.");

    public static RefusedException StatusChangeNotSupported(string from, string to) =>
        Error(80608, 400, $"The Session cannot go from {from} to {to}. "
            + "Allowed are closed to in-progress, open to closed and in-progress to closed.");

    public static RefusedException TooManyParticipants() =>
        Error(80609, 400, "A Session has at most two Participants.");

    public static RefusedException ParticipantPresent() =>
        Error(80103, 400, "The Session already has a Participant with this Identifier.");

    /// <summary>The code, status and message for a refusal that is common to all surfaces.</summary>
    public static ProxyRefusal Of(Refusal refusal) => refusal switch
    {
        ProxyRefusal own => own,
        { Kind: RefusalKind.Unauthenticated } => new(20003, 401, "Authenticate"),
        { Kind: RefusalKind.Forbidden } => new(20003, 403, refusal.Message),
        { Kind: RefusalKind.NotFound } => new(20404, 404, refusal.Message),
        { Kind: RefusalKind.MethodNotAllowed } => new(20004, 405, refusal.Message),
        { Kind: RefusalKind.TooLarge } => new(20001, 413, refusal.Message),
        { Kind: RefusalKind.UnsupportedMedia } => new(20001, 415, refusal.Message),
        { Kind: RefusalKind.PreconditionFailed } => new(20412, 412, refusal.Message),
        { Kind: RefusalKind.IdempotencyMismatch } => new(20422, 422, refusal.Message),
        { Kind: RefusalKind.Contended } => new(20409, 409, refusal.Message),
        { Kind: RefusalKind.Throttled } => new(20429, 429, refusal.Message),
        { Kind: RefusalKind.Unavailable } => new(80501, 503, refusal.Message),
        { Kind: RefusalKind.Internal } => new(80504, 500, refusal.Message),
        _ => new(20001, 400, refusal.Message),
    };

    private static RefusedException Error(int code, int status, string message) =>
        new(new ProxyRefusal(code, status, message));
}
