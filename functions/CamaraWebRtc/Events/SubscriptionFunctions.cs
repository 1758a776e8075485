using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Event subscriptions. The API, which is about to be renamed, and its version in the path name the
/// <see cref="Generation"/>. Source: webrtc-events.yaml of https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class SubscriptionFunctions(
    CamaraSurface surface, Subscriptions subscriptions, SubscriptionStreams streams, TargetPolicy targets)
{
    /// <summary>Subscribes a sink to events.</summary>
    [Function("CamaraWebRtc_CreateSubscription")]
    public Task<IResult> Create(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, null, async (exchange, generation) =>
        {
            var sent = await exchange.Json(CamaraJson.Wire.SubscriptionRequest);
            var wanted = NewSubscription.Read(sent, generation, targets, exchange.Now);
            foreach (var type in wanted.Types)
            {
                exchange.Require(Scopes.CreateSubscription(generation, type));
            }

            return Show(
                exchange,
                generation,
                StatusCodes.Status201Created,
                await subscriptions.Subscribe(exchange, wanted, generation));
        });

    /// <summary>Lists the live subscriptions of the caller's numbers, newest first.</summary>
    [Function("CamaraWebRtc_ListSubscription")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, null, async (exchange, generation) =>
        {
            exchange.Require(Scopes.ReadSubscription(generation));
            CamaraSurface.RefuseEmptyId(exchange, "subscriptionId");
            List<SubscriptionResource> all = [];
            foreach (var partition in OwnThings.Partitions(exchange))
            {
                var live = await subscriptions.Live(partition, exchange.Now, exchange.Aborted);
                all.AddRange(live.Select(each => SubscriptionResource.Of(each, generation)));
            }

            return CamaraSurface.Reply(
                StatusCodes.Status200OK, all, CamaraJson.Wire.IReadOnlyListSubscriptionResource);
        });

    /// <summary>Shows a subscription; one that ended by itself is shown for a while.</summary>
    [Function("CamaraWebRtc_FetchSubscription")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions/{subscriptionId}")]
        HttpRequest request) =>
        surface.Run(request, null, async (exchange, generation) =>
        {
            exchange.Require(Scopes.ReadSubscription(generation));
            var found = await subscriptions.Find(exchange, IdOf(exchange));
            return Show(exchange, generation, StatusCodes.Status200OK, found);
        });

    /// <summary>Gives a subscription another end, or a fresh token for its sink.</summary>
    [Function("CamaraWebRtc_UpdateSubscription")]
    public Task<IResult> Update(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions/{subscriptionId}")]
        HttpRequest request) =>
        surface.Run(request, null, async (exchange, generation) =>
        {
            if (!generation.ChangesSubscriptions)
            {
                exchange.Request.HttpContext.Response.Headers.Allow = "DELETE, GET, HEAD";
                throw CamaraErrors.NoSuchMethod();
            }

            exchange.Require(Scopes.UpdateSubscription(generation));
            var sent = await exchange.Json(CamaraJson.Wire.SubscriptionUpdateRequest);
            var update = SubscriptionUpdate.Read(sent, exchange.Now);
            return Show(
                exchange,
                generation,
                StatusCodes.Status200OK,
                await subscriptions.Update(exchange, IdOf(exchange), update));
        });

    /// <summary>Streams a subscription's events as server-sent events: an extension of ours.</summary>
    [Function("CamaraWebRtc_SubscriptionEvents")]
    public Task<IResult> Events(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions/{subscriptionId}/events")]
        HttpRequest request) =>
        surface.Run(request, null, async (exchange, generation) =>
        {
            exchange.Require(Scopes.ReadSubscription(generation));
            var after = SubscriptionStreams.LastOf(exchange);
            return streams.Answer(exchange, await subscriptions.Follow(exchange, IdOf(exchange)), after);
        });

    /// <summary>Ends a subscription.</summary>
    [Function("CamaraWebRtc_DeleteSubscription")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions/{subscriptionId}")]
        HttpRequest request) =>
        surface.Run(request, null, async (exchange, generation) =>
        {
            exchange.Require(Scopes.DeleteSubscription(generation));
            await subscriptions.Unsubscribe(exchange, IdOf(exchange));
            return CamaraSurface.Nothing;
        });

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_SubscriptionIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put", "delete",
            Route = "{api:regex(^webrtc-events)}/{version}/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, null, (_, _) => throw CamaraErrors.MissingId("subscriptionId"));

    private static string IdOf(Exchange exchange) => Check.Text(exchange.Route("subscriptionId"), "subscriptionId")!;

    private static Answer Show(
        Exchange exchange, Generation generation, int status, State<Subscription> subscription)
    {
        var resource = SubscriptionResource.Of(subscription, generation);
        return CamaraSurface
            .Reply(status, resource, CamaraJson.Wire.SubscriptionResource)
            .WithVersion(subscription.Version);
    }
}
