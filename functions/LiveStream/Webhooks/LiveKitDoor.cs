using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>
/// Lets LiveKit in: its webhooks carry a token, without the word Bearer, that it has signed with the API secret and
/// that holds the SHA-256 of the body.
/// </summary>
internal sealed class LiveKitDoor(LiveStreamSurface surface, LiveKitTokens tokens) : ISurface
{
    private static readonly Account _liveKit = new("livekit", "", "LiveKit", new SigningKey(""));

    public string Name => surface.Name;

    public int BodyLimit => 256 * 1024;

    public bool Owns(PathString path) => surface.Owns(path);

    public IResult Refuse(HttpRequest request, Refusal refusal) => surface.Refuse(request, refusal);

    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now)
    {
        var header = request.Headers.Authorization.ToString();
        var token = await tokens.Check(AuthorizationHeader.Bearer(request) ?? header, now)
            ?? throw LiveStreamErrors.BadWebhook("Sign the webhook with the key of LiveKit__ApiKey.");
        return new(_liveKit) { Subject = token.TryGetClaim("sha256", out var digest) ? digest.Value : "" };
    }

    /// <summary>Refuses a body that is not the one that was signed.</summary>
    public static async ValueTask RequireSigned(Exchange exchange)
    {
        var digest = Convert.ToBase64String(SHA256.HashData((await exchange.Body()).Span));
        if (digest != exchange.Caller.Subject)
        {
            throw LiveStreamErrors.BadWebhook("The body is not the one that the token was signed for.");
        }
    }
}
