using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>Every record that goes over the wire.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(SessionResource))]
[JsonSerializable(typeof(ParticipantBody))]
[JsonSerializable(typeof(ParticipantResource))]
[JsonSerializable(typeof(IReadOnlyList<ParticipantResource>))]
[JsonSerializable(typeof(CreatedParticipant))]
[JsonSerializable(typeof(Subscriptions))]
[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(DeviceEventBody))]
[JsonSerializable(typeof(Callback))]
public sealed partial class BandwidthJson : JsonSerializerContext
{
    /// <summary>The context to write with: text such as <c>+15551234567</c> stays as it is.</summary>
    public static BandwidthJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Every body that the surface stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebRtcSession))]
[JsonSerializable(typeof(WebRtcParticipant))]
internal sealed partial class BandwidthStorageJson : JsonSerializerContext;

/// <summary>Gives each change of a session or participant a moment later than the one before, for its events.</summary>
internal static class Moments
{
    /// <summary>Now, or the tick after the last change of these when that is later.</summary>
    public static DateTimeOffset Of(DateTimeOffset now, params ReadOnlySpan<State> changed)
    {
        foreach (var state in changed)
        {
            now = OutboxEvent.After(state.UpdatedAt, now);
        }

        return now;
    }
}
