using System.Globalization;
using System.Text.Json.Serialization;

namespace Sessions.Conversation;

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
