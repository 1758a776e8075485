using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>Every record that the surface writes: snake_case, without what is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339)])]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(Envelope<Deleted>), TypeInfoPropertyName = "EnvelopeDeleted")]
[JsonSerializable(typeof(Envelope<CreatedRoom>), TypeInfoPropertyName = "EnvelopeCreatedRoom")]
[JsonSerializable(typeof(Envelope<RoomResource>), TypeInfoPropertyName = "EnvelopeRoomResource")]
[JsonSerializable(typeof(Envelope<RoomList>), TypeInfoPropertyName = "EnvelopeRoomList")]
[JsonSerializable(typeof(Envelope<PresetResource>), TypeInfoPropertyName = "EnvelopePresetResource")]
[JsonSerializable(typeof(Envelope<PresetList>), TypeInfoPropertyName = "EnvelopePresetList")]
[JsonSerializable(typeof(Envelope<CreatedSession>), TypeInfoPropertyName = "EnvelopeCreatedSession")]
[JsonSerializable(typeof(Envelope<SessionResource>), TypeInfoPropertyName = "EnvelopeSessionResource")]
[JsonSerializable(typeof(Envelope<SessionList>), TypeInfoPropertyName = "EnvelopeSessionList")]
[JsonSerializable(typeof(Envelope<Stats>), TypeInfoPropertyName = "EnvelopeStats")]
[JsonSerializable(typeof(Envelope<StartResource>), TypeInfoPropertyName = "EnvelopeStartResource")]
[JsonSerializable(typeof(Envelope<JoinResource>), TypeInfoPropertyName = "EnvelopeJoinResource")]
[JsonSerializable(typeof(Envelope<HlsResource>), TypeInfoPropertyName = "EnvelopeHlsResource")]
[JsonSerializable(typeof(Envelope<HostState>), TypeInfoPropertyName = "EnvelopeHostState")]
[JsonSerializable(typeof(Envelope<StreamHealth>), TypeInfoPropertyName = "EnvelopeStreamHealth")]
[JsonSerializable(typeof(ParticipantMetadata))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class LiveStreamJson : JsonSerializerContext
{
    /// <summary>The context to write with: text in any script stays as it is.</summary>
    public static LiveStreamJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Rfc3339() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Every body that the surface stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Room))]
[JsonSerializable(typeof(RemovedRoom))]
[JsonSerializable(typeof(RemovedSession))]
[JsonSerializable(typeof(Preset))]
[JsonSerializable(typeof(LiveSession))]
[JsonSerializable(typeof(RoomEntry))]
internal sealed partial class LiveStreamStorageJson : JsonSerializerContext;

/// <summary>Moments on the wire: <c>2023-11-07T05:31:56.123Z</c>.</summary>
internal sealed class Rfc3339 : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteMoment(value, WireMoments.Milliseconds);
}
