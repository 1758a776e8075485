using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>A refusal with its status.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record BandwidthRefusal(int Status, string Message) : Refusal(RefusalKind.Surface, Message);

/// <summary>The errors of the surface. Bandwidth documents 400, 401, 403, 404, 409 and 500.</summary>
internal static class BandwidthErrors
{
    public static RefusedException Invalid(string message) => RefusedException.For(RefusalKind.Invalid, message);

    public static RefusedException NoSession(string id) =>
        RefusedException.For(RefusalKind.NotFound, $"There is no session {id}, or it has ended.");

    public static RefusedException NoParticipant(string id) =>
        RefusedException.For(RefusalKind.NotFound, $"There is no participant {id}.");

    public static RefusedException NotInSession(string participantId, string sessionId) =>
        RefusedException.For(RefusalKind.NotFound, $"Participant {participantId} is not in session {sessionId}.");

    public static RefusedException InAnotherSession(string participantId) =>
        Conflict($"Participant {participantId} is in another session. Remove it there first.");

    public static RefusedException Full(int limit) =>
        Conflict($"The session has {limit} participants, which is the most it can have.");

    public static int StatusOf(Refusal refusal) => refusal switch
    {
        BandwidthRefusal own => own.Status,
        { Kind: RefusalKind.Unauthenticated } => StatusCodes.Status401Unauthorized,
        { Kind: RefusalKind.Forbidden } => StatusCodes.Status403Forbidden,
        { Kind: RefusalKind.NotFound } => StatusCodes.Status404NotFound,
        { Kind: RefusalKind.MethodNotAllowed } => StatusCodes.Status405MethodNotAllowed,
        { Kind: RefusalKind.IdempotencyMismatch } => StatusCodes.Status409Conflict,
        { Kind: RefusalKind.PreconditionFailed } => StatusCodes.Status412PreconditionFailed,
        { Kind: RefusalKind.TooLarge } => StatusCodes.Status413PayloadTooLarge,
        { Kind: RefusalKind.UriTooLong } => StatusCodes.Status414UriTooLong,
        { Kind: RefusalKind.HeadersTooLarge } => StatusCodes.Status431RequestHeaderFieldsTooLarge,
        { Kind: RefusalKind.TimedOut } => StatusCodes.Status408RequestTimeout,
        { Kind: RefusalKind.UnsupportedMedia } => StatusCodes.Status415UnsupportedMediaType,
        { Kind: RefusalKind.Throttled } => StatusCodes.Status429TooManyRequests,
        { Kind: RefusalKind.Unavailable } => StatusCodes.Status503ServiceUnavailable,
        { Kind: RefusalKind.Internal } => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };

    private static RefusedException Conflict(string message) =>
        new(new BandwidthRefusal(StatusCodes.Status409Conflict, message));
}
