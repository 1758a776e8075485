using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>What LiveKit tells of its rooms. Set this address as a webhook of the LiveKit server.</summary>
public sealed class WebhookFunctions
{
    private readonly LiveStreamSurface _surface;
    private readonly LiveSessionKind _sessions;
    private readonly Changes _changes;
    private readonly SessionTidying _tidying;
    private readonly TakingBack _takingBack;
    private readonly AccountTags _accounts;
    private readonly EgressSettings _files;
    private readonly LiveKitDoor _door;

    /// <summary>The function, behind a door that only LiveKit has the key of.</summary>
    public WebhookFunctions(
        LiveStreamSurface surface,
        LiveSessionKind sessions,
        Changes changes,
        SessionTidying tidying,
        TakingBack takingBack,
        AccountTags accounts,
        EgressSettings files,
        LiveKitTokens tokens)
    {
        (_surface, _sessions, _changes, _tidying, _accounts) = (surface, sessions, changes, tidying, accounts);
        (_takingBack, _files) = (takingBack, files);
        _door = new(surface, tokens);
    }

    /// <summary>Takes an event of LiveKit's. One about no session of ours is taken, too, and changes nothing.</summary>
    [Function("LiveStream_LiveKitWebhook")]
    public Task<IResult> Receive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "livekit/webhook")] HttpRequest request) =>
        _surface.Run(_door, request, scope: null, async exchange =>
        {
            await LiveKitDoor.RequireSigned(exchange);
            var told = WebhookEvent.Read(new(await exchange.Json(LiveStreamJson.Default.JsonElement)));
            if (Guid.TryParseExact(told.Room, "D", out var id)
                && await _accounts.Of(id, exchange.Now, exchange.Aborted) is { } account)
            {
                await Apply(told, _sessions.At(Ids.Partition(account), id.Text()), exchange);
            }

            return Answer.Empty(StatusCodes.Status200OK);
        });

    private async ValueTask Apply(WebhookEvent told, Place<LiveSession> place, Exchange exchange)
    {
        var command = new Command(exchange.Now, exchange.Aborted);
        try
        {
            if (told.Name == WebhookRules.RoomFinished)
            {
                await _tidying.AfterEnd(await _changes.Change(
                    command, _sessions.InRoom(place, exchange.Aborted), (seen, now) => WebhookRules.Finish(
                        seen, told, now)));
            }
            else
            {
                var after = await _changes.Change(command, place, (session, now) => WebhookRules.Apply(
                    session ?? throw LiveStreamErrors.NotFound(), told, _files, now));
                if (told.Name == WebhookRules.RoomStarted && !after.IsLive() && !after.IsHeld(exchange.Now))
                {
                    await _takingBack.From(after, exchange.Aborted);
                }
            }
        }
        catch (RefusedException gone) when (gone.Refusal.Kind == RefusalKind.NotFound)
        {
            // Deleted meanwhile, or another service's room with a UUID for a name.
        }
    }
}

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
