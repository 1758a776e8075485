using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>Event subscriptions. Source: webrtc-events.yaml of https://github.com/camaraproject/WebRTC</summary>
public sealed class SubscriptionFunctions(
    CamaraSurface surface, Subscriptions subscriptions, TargetPolicy targets)
{
    /// <summary>Subscribes a sink to one type of event.</summary>
    [Function("CamaraWebRtc_CreateSubscription")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webrtc-events/v0.2/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, null, async exchange =>
        {
            var sent = await exchange.Json(CamaraJson.Wire.SubscriptionRequest);
            var wanted = NewSubscription.Read(sent, targets, exchange.Now);
            exchange.Require(Scopes.CreateSubscription(wanted.Type));
            return Show(exchange, StatusCodes.Status201Created, await subscriptions.Subscribe(exchange, wanted));
        });

    /// <summary>Lists the live subscriptions of the caller's numbers, newest first.</summary>
    [Function("CamaraWebRtc_ListSubscription")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "webrtc-events/v0.2/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadSubscription, async exchange =>
        {
            List<SubscriptionResource> all = [];
            foreach (var partition in OwnThings.Partitions(exchange))
            {
                all.AddRange((await subscriptions.Live(partition, exchange.Now, exchange.Aborted)).Select(Resource));
            }

            return CamaraSurface.Reply(
                exchange, StatusCodes.Status200OK, all, CamaraJson.Wire.IReadOnlyListSubscriptionResource);
        });

    /// <summary>Shows a subscription; one that ended by itself is shown for a while.</summary>
    [Function("CamaraWebRtc_FetchSubscription")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "webrtc-events/v0.2/subscriptions/{subscriptionId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadSubscription, async exchange =>
            Show(exchange, StatusCodes.Status200OK, await subscriptions.Find(exchange, IdOf(exchange))));

    /// <summary>Ends a subscription.</summary>
    [Function("CamaraWebRtc_DeleteSubscription")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "webrtc-events/v0.2/subscriptions/{subscriptionId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.DeleteSubscription, async exchange =>
        {
            await subscriptions.Unsubscribe(exchange, IdOf(exchange));
            return CamaraSurface.Deleted(exchange);
        });

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_SubscriptionIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "webrtc-events/v0.2/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, null, _ => throw CamaraErrors.MissingId("subscriptionId"));

    private static string IdOf(Exchange exchange) => Check.Text(exchange.Route("subscriptionId"), "subscriptionId")!;

    private static SubscriptionResource Resource(State<Subscription> subscription)
    {
        var (lifetime, body) = (subscription.Lifetime, subscription.Body);
        return new(
            Protocol: "HTTP",
            Sink: body.Sink,
            Types: [body.Type],
            Config: new(
                new(body.DeviceId, body.RegistrationId, body.SessionId, MediaSessionId: null),
                body.ExpireTime,
                body.MaxEvents,
                body.InitialEvent),
            Id: subscription.Id,
            StartsAt: lifetime.CreatedAt,
            ExpiresAt: lifetime.DateExpiry,
            Status: lifetime.Status);
    }

    private static Answer Show(Exchange exchange, int status, State<Subscription> subscription) => CamaraSurface
        .Reply(exchange, status, Resource(subscription), CamaraJson.Wire.SubscriptionResource)
        .WithVersion(subscription.Version);
}
