using System.Text.Json.Serialization;
using Sessions.Http.Bodies;

namespace Sessions.CamaraWebRtc;

/// <summary>Every record that the surface reads or writes: camelCase, absent members left out.</summary>
[JsonSerializable(typeof(ErrorInfo))]
[JsonSerializable(typeof(MediaSessionRequest))]
[JsonSerializable(typeof(MediaSessionResource))]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(RegistrationResource))]
[JsonSerializable(typeof(IReadOnlyList<RegistrationResource>))]
[JsonSerializable(typeof(SubscriptionRequest))]
[JsonSerializable(typeof(SubscriptionUpdateRequest))]
[JsonSerializable(typeof(SubscriptionResource))]
[JsonSerializable(typeof(IReadOnlyList<SubscriptionResource>))]
[JsonSerializable(typeof(CloudEvent))]
internal sealed partial class CamaraJson : JsonSerializerContext
{
    /// <summary>The context to use: text such as <c>tel:+17085852753</c> stays as it is.</summary>
    public static CamaraJson Wire { get; } = new(ReadableJson.With(new Moments()));
}

/// <summary>Every body that the surface stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MediaSession))]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(RegisteredNumber))]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(KeptEvent))]
[JsonSerializable(typeof(News))]
internal sealed partial class CamaraStorageJson : JsonSerializerContext;
