using System.Text.Json.Serialization;

namespace Sessions.Operator;

/// <summary>Every record that the surface writes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OperatorError))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(SessionPage))]
internal sealed partial class OperatorJson : JsonSerializerContext;

/// <summary>Why a request was refused.</summary>
/// <param name="Code">The reason in one word, for programs.</param>
/// <param name="Message">What the caller should do.</param>
/// <param name="RequestId">What to look for in the log.</param>
internal sealed record OperatorError(string Code, string Message, string RequestId);

/// <summary>A page of sessions, newest first.</summary>
/// <param name="Sessions">The sessions; fewer than asked for when some have just changed.</param>
/// <param name="Next">What to send as <c>cursor</c> for the next page; null on the last.</param>
internal sealed record SessionPage(IReadOnlyList<SessionView> Sessions, string? Next);
