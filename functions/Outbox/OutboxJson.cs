using System.Text.Json.Serialization;

namespace Sessions.Outbox;

/// <summary>Events as they are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OutboxEvent))]
internal sealed partial class OutboxJson : JsonSerializerContext;
