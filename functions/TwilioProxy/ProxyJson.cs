using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>Every record that the surface writes: snake_case, every field present, whole seconds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(WholeSeconds)])]
[JsonSerializable(typeof(ErrorResource))]
[JsonSerializable(typeof(ServiceResource))]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(SessionResource))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(ParticipantResource))]
[JsonSerializable(typeof(ParticipantList))]
[JsonSerializable(typeof(InteractionResource))]
[JsonSerializable(typeof(InteractionList))]
[JsonSerializable(typeof(MessageInteractionResource))]
[JsonSerializable(typeof(MessageInteractionList))]
[JsonSerializable(typeof(PhoneNumberResource))]
[JsonSerializable(typeof(PhoneNumberList))]
[JsonSerializable(typeof(ShortCodeResource))]
[JsonSerializable(typeof(ShortCodeList))]
public sealed partial class ProxyJson : JsonSerializerContext
{
    /// <summary>The context to write with: text such as <c>+15551234567</c> stays as it is.</summary>
    public static ProxyJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new WholeSeconds() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Every body that the surface stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProxyService))]
[JsonSerializable(typeof(DeletedService))]
[JsonSerializable(typeof(ProxySession))]
[JsonSerializable(typeof(ShownSession))]
[JsonSerializable(typeof(RemainsOfSession))]
[JsonSerializable(typeof(Claim))]
[JsonSerializable(typeof(PastName))]
[JsonSerializable(typeof(LastNumber))]
[JsonSerializable(typeof(ProxyNumber))]
[JsonSerializable(typeof(OwnedNumber))]
[JsonSerializable(typeof(NumberRoutes))]
[JsonSerializable(typeof(Interaction))]
[JsonSerializable(typeof(MessageData))]
[JsonSerializable(typeof(CallData))]
[JsonSerializable(typeof(AutoSession))]
internal sealed partial class ProxyStorageJson : JsonSerializerContext
{
    /// <summary>The context for text that people read: umlauts and signs stay as they are.</summary>
    public static ProxyStorageJson Relaxed { get; } = new(ReadableJson.With());
}

/// <summary>Dates as Twilio writes them: <c>2015-07-30T20:00:00Z</c>.</summary>
internal sealed class WholeSeconds : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteMoment(value, WireMoments.Seconds);
}
