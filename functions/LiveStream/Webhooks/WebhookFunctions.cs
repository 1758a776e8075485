using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>What LiveKit tells of its rooms. Set this address as a webhook of the LiveKit server.</summary>
public sealed class WebhookFunctions
{
    private readonly LiveStreamSurface _surface;
    private readonly SessionChanges _changes;
    private readonly SessionTidying _tidying;
    private readonly AccountTags _accounts;
    private readonly LiveKitDoor _door;

    /// <summary>The function, behind a door that only LiveKit has the key of.</summary>
    public WebhookFunctions(
        LiveStreamSurface surface,
        SessionChanges changes,
        SessionTidying tidying,
        AccountTags accounts,
        LiveKitTokens tokens)
    {
        (_surface, _changes, _tidying, _accounts) = (surface, changes, tidying, accounts);
        _door = new(surface, tokens);
    }

    /// <summary>Takes an event of LiveKit's. One about no session of ours is taken, too, and changes nothing.</summary>
    [Function("LiveStream_LiveKitWebhook")]
    public Task<IResult> Receive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "livekit/webhook")] HttpRequest request) =>
        _surface.Run(_door, request, async exchange =>
        {
            await LiveKitDoor.RequireSigned(exchange);
            var told = WebhookEvent.Read(new(await exchange.Json(LiveStreamJson.Wire.JsonElement)));
            if (Guid.TryParseExact(told.Room, "D", out var id) && _accounts.Of(id) is { } account)
            {
                await Apply(new(Ids.Partition(account), id.Text()), told, exchange);
            }

            return Answer.Empty(StatusCodes.Status200OK);
        });

    private async ValueTask Apply(SessionName name, WebhookEvent told, Exchange exchange)
    {
        try
        {
            var session = await Change(name, told, exchange);
            if (told.Name == WebhookRules.RoomFinished)
            {
                await _tidying.AfterEnd(name, session);
            }
        }
        catch (RefusedException gone) when (gone.Refusal.Kind == RefusalKind.NotFound)
        {
            // Deleted meanwhile, or another service's room with a UUID for a name.
        }
    }

    private ValueTask<Stored<LiveSession>> Change(SessionName name, WebhookEvent told, Exchange exchange) =>
        told.Name == WebhookRules.RoomFinished
            ? _changes.ChangeWithRoom(
                name,
                exchange.Now,
                (session, room) => session.Apply(told, exchange.Now) is var after && ReferenceEquals(after, session)
                    ? new(session, [])
                    : new(after, RoomDocuments.Release(room, name.Id, exchange.Now)),
                exchange.Aborted)
            : _changes.Change(name, exchange.Now, session => session.Apply(told, exchange.Now), exchange.Aborted);
}
