using System.Text.Json.Serialization;
using Sessions.Http.Bodies;

namespace Sessions.Conversation;

/// <summary>
/// Every record that the surface writes, as proto3 JSON: lowerCamelCase, what is unset left out. It has nothing by
/// which it could not write by generated code; what proto3 JSON has a form of its own for is a type of its own.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusResource))]
[JsonSerializable(typeof(EmptyResource))]
[JsonSerializable(typeof(SessionResource))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(SessionEnvelope))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(MemberEnvelope))]
[JsonSerializable(typeof(PublishedMessage))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(StreamItem))]
[JsonSerializable(typeof(StreamTicket))]
public sealed partial class ConversationJson : JsonSerializerContext;

/// <summary>Every body that the surface stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConversationSession))]
[JsonSerializable(typeof(SessionLog))]
[JsonSerializable(typeof(SessionEvent))]
[JsonSerializable(typeof(Member))]
[JsonSerializable(typeof(Following))]
[JsonSerializable(typeof(Ending))]
internal sealed partial class ConversationStorageJson : JsonSerializerContext
{
    /// <summary>
    /// The context to store with. An event has JSON in its text: with each quote of it as six characters, that would be
    /// half as long again.
    /// </summary>
    public static ConversationStorageJson Stored { get; } = new(ReadableJson.With(new SessionsInStore()));
}
