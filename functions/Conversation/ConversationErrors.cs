using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Limits;

namespace Sessions.Conversation;

/// <summary>A refusal with its canonical code and a reason that programs can tell apart (AIP-193).</summary>
/// <param name="Code">The canonical code, which fixes the HTTP status.</param>
/// <param name="Reason">The reason, UPPER_SNAKE_CASE; unique in the surface's domain.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record ConversationRefusal(RpcCode Code, string Reason, string Message)
    : Refusal(RefusalKind.Surface, Message)
{
    /// <summary>The HTTP status, where it is not the code's.</summary>
    public int? Status { get; init; }

    /// <summary>What the reason is about, such as the field.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong with which field, where that is what is wrong.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; init; } = [];
}

/// <summary>The errors of the surface. docs/conversation.md lists their reasons.</summary>
internal static class ConversationErrors
{
    public static RefusedException Malformed(string message) =>
        Error(RpcCode.InvalidArgument, "INVALID_BODY", message);

    public static RefusedException Invalid(string field, string rule, string reason = FieldReasons.Unsuitable) =>
        Invalid([new(field, $"{field} {rule}", reason)]);

    /// <summary>All that is wrong with a request's fields, at least one of them.</summary>
    public static RefusedException Invalid(IReadOnlyList<FieldViolation> violations) => new(
        new ConversationRefusal(
            RpcCode.InvalidArgument, "INVALID_FIELD", string.Join(' ', violations.Select(one => one.Description)))
        {
            Metadata = new Dictionary<string, string> { ["field"] = violations[0].Field },
            Violations = violations,
        });

    public static RefusedException NotFound(string session) => About(
        session, RpcCode.NotFound, "SESSION_NOT_FOUND", "There is no such session, or it is not open to you.");

    public static RefusedException Exists(string session) =>
        About(session, RpcCode.AlreadyExists, "SESSION_EXISTS", "There is a session with this id. Choose another.");

    public static RefusedException NotOwner(string session) =>
        About(session, RpcCode.PermissionDenied, "OWNER_REQUIRED", "Only an owner of the session may do this.");

    public static RefusedException NotYou() => Error(
        RpcCode.PermissionDenied, "USER_MISMATCH", "The token speaks for another user than name. Send your own name.");

    public static RefusedException Ended(string session) =>
        About(session, RpcCode.FailedPrecondition, "SESSION_ENDED", "The session has ended. Create a new one.");

    public static RefusedException NoWebSocket() => new(
        new ConversationRefusal(
            RpcCode.Unimplemented,
            "WEBSOCKET_UNAVAILABLE",
            "There are no WebSockets here. Read the same stream as server-sent events: Accept: text/event-stream.")
        {
            Status = StatusCodes.Status426UpgradeRequired,
        });

    public static RefusedException NotMember(string session) =>
        About(session, RpcCode.FailedPrecondition, "NOT_A_MEMBER", "The user has not joined the session. Join first.");

    public static RefusedException ChannelNotAllowed(int channel) => Error(
        RpcCode.FailedPrecondition,
        "CHANNEL_NOT_ALLOWED",
        $"Channel {channel} is none of the session's defaultChannels, and options.anyChannel is not true.");

    /// <summary>The code and reason for a refusal that is common to all surfaces.</summary>
    public static ConversationRefusal Of(Refusal refusal)
    {
        if (refusal is ConversationRefusal own)
        {
            return own;
        }

        var (code, usual) = refusal.Kind switch
        {
            RefusalKind.Unauthenticated => (RpcCode.Unauthenticated, "CREDENTIALS_REQUIRED"),
            RefusalKind.Forbidden => (RpcCode.PermissionDenied, "SCOPE_REQUIRED"),
            RefusalKind.NotFound => (RpcCode.NotFound, "PATH_NOT_FOUND"),
            RefusalKind.MethodNotAllowed => (RpcCode.Unimplemented, "METHOD_NOT_ALLOWED"),
            RefusalKind.TooLarge => (RpcCode.InvalidArgument, "BODY_TOO_LARGE"),
            RefusalKind.UriTooLong => (RpcCode.InvalidArgument, "URI_TOO_LONG"),
            RefusalKind.HeadersTooLarge => (RpcCode.InvalidArgument, "HEADERS_TOO_LARGE"),
            RefusalKind.TimedOut => (RpcCode.InvalidArgument, "REQUEST_TOO_SLOW"),
            RefusalKind.PreconditionFailed => (RpcCode.Aborted, "ETAG_MISMATCH"),
            RefusalKind.IdempotencyMismatch => (RpcCode.AlreadyExists, "REQUEST_ID_REUSED"),
            RefusalKind.Throttled => (RpcCode.ResourceExhausted, "TOO_MANY_REQUESTS"),
            RefusalKind.Unavailable => (RpcCode.Unavailable, "STORE_UNAVAILABLE"),
            RefusalKind.Internal => (RpcCode.Internal, "INTERNAL"),
            _ => (RpcCode.InvalidArgument, "MALFORMED_REQUEST"),
        };
        return new(code, LimitOf(refusal) ?? refusal.Cause ?? usual, refusal.Message)
        {
            RetryAfter = refusal.RetryAfter,
        };
    }

    /// <summary>The HTTP status of a code, as AIP-193 maps them.</summary>
    public static int StatusOf(RpcCode code) => code switch
    {
        RpcCode.Ok => 200,
        RpcCode.InvalidArgument or RpcCode.FailedPrecondition => 400,
        RpcCode.Unauthenticated => 401,
        RpcCode.PermissionDenied => 403,
        RpcCode.NotFound => 404,
        RpcCode.Unimplemented => 405,
        RpcCode.AlreadyExists or RpcCode.Aborted => 409,
        RpcCode.ResourceExhausted => 429,
        RpcCode.Unavailable => 503,
        _ => 500,
    };

    // One of streams is TOO_MANY_STREAMS.
    private static string? LimitOf(Refusal refusal) => refusal is LimitRefusal { Policy: var policy }
        ? $"TOO_MANY_{policy.Replace('-', '_').ToUpperInvariant()}"
        : null;

    private static RefusedException Error(RpcCode code, string reason, string message) =>
        new(new ConversationRefusal(code, reason, message));

    private static RefusedException About(string session, RpcCode code, string reason, string message) => new(
        new ConversationRefusal(code, reason, message)
        {
            Metadata = new Dictionary<string, string> { ["session"] = $"sessions/{session}" },
        });
}

/// <summary>
/// An error: google.rpc.Status as JSON, without an envelope. Google's own clients take the code for one of HTTP's
/// unless its name stands beside it. Source: https://google.aip.dev/193
/// </summary>
/// <param name="Code">The canonical code's number.</param>
/// <param name="Message">What the caller should do.</param>
/// <param name="Status">The canonical code's name.</param>
/// <param name="Details">Why, for programs: an ErrorInfo, and what goes with it.</param>
public sealed record StatusResource(int Code, string Message, string Status, IReadOnlyList<ErrorDetail> Details)
{
    // Reasons are unique in a domain. Nobody can own a name under .internal, so that no other service's can be ours.
    private const string Domain = "conversation.sessions.internal";

    internal static StatusResource Of(ConversationRefusal error)
    {
        List<ErrorDetail> details =
        [
            new("type.googleapis.com/google.rpc.ErrorInfo")
            {
                Reason = error.Reason, Domain = Domain, Metadata = error.Metadata,
            },
        ];
        if (error.Violations is not [])
        {
            details.Add(new("type.googleapis.com/google.rpc.BadRequest") { FieldViolations = error.Violations });
        }

        if (error.RetryAfter is { } delay)
        {
            var seconds = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            details.Add(new("type.googleapis.com/google.rpc.RetryInfo") { RetryDelay = $"{seconds}s" });
        }

        var name = ProtoNames.Snake(error.Code.ToString()).TrimStart('_').ToUpperInvariant();
        return new((int)error.Code, error.Message, name, details);
    }
}

/// <summary>A detail of an error: google.rpc.ErrorInfo, BadRequest or RetryInfo, as its type says.</summary>
/// <param name="Type">The type's URL, written as <c>@type</c>.</param>
public sealed record ErrorDetail([property: JsonPropertyName("@type")] string Type)
{
    /// <summary>Of an ErrorInfo: the cause, unique in the domain.</summary>
    public string? Reason { get; init; }

    /// <summary>Of an ErrorInfo: whose reasons they are.</summary>
    public string? Domain { get; init; }

    /// <summary>Of an ErrorInfo: what the reason is about.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Of a BadRequest: all that is wrong with the request's fields.</summary>
    public IReadOnlyList<FieldViolation>? FieldViolations { get; init; }

    /// <summary>Of a RetryInfo: how long to wait before trying again, such as <c>1s</c>.</summary>
    public string? RetryDelay { get; init; }
}

/// <summary>What is wrong with a field.</summary>
/// <param name="Field">The field, as a path in lowerCamelCase.</param>
/// <param name="Description">What it should be.</param>
/// <param name="Reason">The same for programs.</param>
public sealed record FieldViolation(string Field, string Description, string Reason);

/// <summary>What can be wrong with a field.</summary>
internal static class FieldReasons
{
    public const string Required = "REQUIRED";
    public const string Unsuitable = "UNSUITABLE";
    public const string TooLong = "TOO_LONG";
    public const string WrongType = "WRONG_TYPE";
    public const string Twice = "TWICE";
}

/// <summary>The canonical codes of google.rpc.Code that the surface answers with.</summary>
public enum RpcCode
{
    /// <summary>HTTP 200. No refusal carries it.</summary>
    Ok = 0,

    /// <summary>HTTP 400.</summary>
    InvalidArgument = 3,

    /// <summary>HTTP 404.</summary>
    NotFound = 5,

    /// <summary>HTTP 409.</summary>
    AlreadyExists = 6,

    /// <summary>HTTP 403.</summary>
    PermissionDenied = 7,

    /// <summary>HTTP 429.</summary>
    ResourceExhausted = 8,

    /// <summary>HTTP 400.</summary>
    FailedPrecondition = 9,

    /// <summary>HTTP 409.</summary>
    Aborted = 10,

    /// <summary>HTTP 405: the path exists, with other verbs.</summary>
    Unimplemented = 12,

    /// <summary>HTTP 500.</summary>
    Internal = 13,

    /// <summary>HTTP 503.</summary>
    Unavailable = 14,

    /// <summary>HTTP 401.</summary>
    Unauthenticated = 16,
}
