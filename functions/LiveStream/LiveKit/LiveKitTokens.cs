using Microsoft.IdentityModel.JsonWebTokens;
using Sessions.Http.Tokens;

namespace Sessions.LiveStream;

/// <summary>Mints LiveKit access tokens, and checks those that LiveKit signs.</summary>
public sealed class LiveKitTokens(LiveKitSettings settings)
{
    // What the clocks of two machines may differ by; and more than any call to LiveKit's API takes.
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a token opens the room: a viewer's place is kept that long. LiveKit makes a room for whoever comes with
    /// a token, so one that lived long would open it again after its end. Who is in stays in, as LiveKit renews the
    /// tokens of those; whoever has left asks for another by a join.
    /// </summary>
    public static TimeSpan Life { get; } = TimeSpan.FromMinutes(10);

    /// <summary>A token that lets somebody into a room.</summary>
    internal string Join(Participant participant, VideoGrant grant, DateTimeOffset now) =>
        Sign(grant with { RoomJoin = true }, participant, now, Life);

    /// <summary>A token for a call to LiveKit's API.</summary>
    internal string Api(VideoGrant grant, DateTimeOffset now) => Sign(grant, null, now, _skew);

    /// <summary>
    /// The token, when LiveKit signed it; null else, and always under the development key, which everybody knows.
    /// </summary>
    public async ValueTask<JsonWebToken?> Check(string token, DateTimeOffset now)
    {
        if (settings.IsDevelopmentKey)
        {
            return null;
        }

        var good = await HmacTokens.Check(token, settings.ApiSecret, now)
            ?? await HmacTokens.Check(token, settings.ApiSecret, now + _skew);
        return good?.Issuer == settings.ApiKey ? good : null;
    }

    private string Sign(VideoGrant grant, Participant? participant, DateTimeOffset now, TimeSpan life) =>
        HmacTokens.Sign(
            new LiveKitClaims(
                Iss: settings.ApiKey,
                Sub: participant?.Identity,
                Name: participant?.Name,
                Nbf: (now - _skew).ToUnixTimeSeconds(),
                Exp: (now + life).ToUnixTimeSeconds(),
                Metadata: participant?.Metadata,
                Video: grant),
            LiveKitJson.Default.LiveKitClaims,
            settings.ApiSecret.Span);
}

/// <summary>What a LiveKit token lets its bearer do. Null is LiveKit's own default.</summary>
internal sealed record VideoGrant
{
    public string? Room { get; init; }

    public bool? RoomJoin { get; init; }

    public bool? RoomAdmin { get; init; }

    public bool? RoomCreate { get; init; }

    public bool? RoomList { get; init; }

    public bool? RoomRecord { get; init; }

    public bool? IngressAdmin { get; init; }

    public bool? CanPublish { get; init; }

    public bool? CanSubscribe { get; init; }

    public bool? CanPublishData { get; init; }

    public bool? CanUpdateOwnMetadata { get; init; }

    public bool? Hidden { get; init; }

    public IReadOnlyList<string>? CanPublishSources { get; init; }
}

/// <summary>The claims of a LiveKit token.</summary>
/// <param name="Iss">The API key.</param>
/// <param name="Sub">The participant's identity; null for the service itself.</param>
/// <param name="Name">The participant's name for people.</param>
/// <param name="Nbf">Valid from, in Unix seconds.</param>
/// <param name="Exp">Valid until.</param>
/// <param name="Metadata">What others see of the participant.</param>
/// <param name="Video">What it grants.</param>
internal sealed record LiveKitClaims(
    string Iss, string? Sub, string? Name, long Nbf, long Exp, string? Metadata, VideoGrant Video);

/// <summary>Who enters a LiveKit room.</summary>
/// <param name="Identity">Unique in the room: a second one of it puts the first one out.</param>
/// <param name="Name">The name for people, or null.</param>
/// <param name="Metadata">What others see of them, or null.</param>
internal sealed record Participant(string Identity, string? Name, string? Metadata);
