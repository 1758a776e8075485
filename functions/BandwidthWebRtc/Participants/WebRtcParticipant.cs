using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Http.Tokens;

namespace Sessions.BandwidthWebRtc;

/// <summary>What is stored of a participant. All but its session stays as it was created.</summary>
public sealed record WebRtcParticipant
{
    /// <summary>The tag as it was given, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>Where its callbacks go, or null.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>What it may publish: AUDIO, VIDEO, both or nothing.</summary>
    public required IReadOnlyList<string> PublishPermissions { get; init; }

    /// <summary>V3 or V2.</summary>
    public required string DeviceApiVersion { get; init; }

    /// <summary>
    /// The session that it was last put in or subscribed to. Whether it is there still, that session knows; a session
    /// that has gone holds nobody.
    /// </summary>
    public SessionLink? Session { get; init; }
}

/// <summary>Points to a session.</summary>
/// <param name="Id">The session's id.</param>
/// <param name="EndsAt">When it ends at the latest.</param>
public sealed record SessionLink(string Id, DateTimeOffset EndsAt);

/// <summary>How participants are stored.</summary>
public sealed class WebRtcParticipantKind() : Kind<WebRtcParticipant>(
    "bandwidth-webrtc/participant", () => BandwidthStorageJson.Default.WebRtcParticipant);

/// <summary>The token that a participant's device shows to the media server: a JWT signed by HS256.</summary>
internal static class ParticipantToken
{
    private const string Issuer = "sessions";
    private const string Audience = "bandwidth-webrtc";
    private static readonly TimeSpan _life = TimeSpan.FromHours(24);

    /// <summary>The token of a participant, always the same: it tells the moment of its creation.</summary>
    public static string Of(State<WebRtcParticipant> participant, string account, SigningKey key)
    {
        var start = participant.CreatedAt;
        var claims = new TokenClaims(
            Issuer,
            Audience,
            participant.Id,
            account,
            participant.Body.PublishPermissions,
            participant.Body.DeviceApiVersion,
            participant.Body.DeviceApiVersion,
            start.ToUnixTimeSeconds(),
            (start + _life).ToUnixTimeSeconds());
        return HmacTokens.Sign(claims, BandwidthJson.Wire.TokenClaims, key.Secret);
    }
}

/// <summary>What a participant's token says.</summary>
/// <param name="Issuer">Always <c>sessions</c>.</param>
/// <param name="Audience">Always <c>bandwidth-webrtc</c>.</param>
/// <param name="Subject">The participant's id.</param>
/// <param name="AccountId">The account's id.</param>
/// <param name="PublishPermissions">What it may publish.</param>
/// <param name="DeviceApiVersion">V3 or V2.</param>
/// <param name="Version">The same, where <c>@bandwidth/webrtc-browser</c> reads it to choose its protocol.</param>
/// <param name="IssuedAt">When the participant was created, in seconds since 1970.</param>
/// <param name="Expires">When the token ends, in seconds since 1970.</param>
public sealed record TokenClaims(
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("sub")] string Subject,
    string AccountId,
    IReadOnlyList<string> PublishPermissions,
    string DeviceApiVersion,
    [property: JsonPropertyName("v")] string Version,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("exp")] long Expires);
