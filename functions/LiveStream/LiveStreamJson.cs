using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.LiveStream;

/// <summary>
/// Every record that the surface writes: snake_case, without what is null. It has nothing by which it could not write
/// by generated code, which costs a third.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
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
internal sealed partial class LiveStreamJson : JsonSerializerContext;

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

/// <summary>A success on the wire.</summary>
/// <param name="Success">true.</param>
/// <param name="Data">What was asked for.</param>
/// <param name="Timestamp">When, in Unix seconds.</param>
public sealed record Envelope<T>(bool Success, T Data, long Timestamp);

/// <summary>
/// A failure on the wire. The specification has two shapes for it, in its text and in its responses; this one has the
/// fields of both.
/// </summary>
/// <param name="Success">false.</param>
/// <param name="Error">What to do.</param>
/// <param name="Message">The same in short.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Errors">The fields that are wrong, or null.</param>
/// <param name="Timestamp">When, in Unix seconds.</param>
public sealed record ErrorBody(
    bool Success, string Error, string Message, string Code, IReadOnlyList<FieldError>? Errors, long Timestamp);

/// <summary>A field that is wrong.</summary>
/// <param name="Field">Its name; members are parted by dots.</param>
/// <param name="Code">validation_required, validation_type, validation_range or validation_format.</param>
/// <param name="Message">What to send instead.</param>
public sealed record FieldError(string Field, string Code, string Message);

/// <summary>The answer to a delete.</summary>
/// <param name="Id">What is gone.</param>
public sealed record Deleted(Guid Id);
