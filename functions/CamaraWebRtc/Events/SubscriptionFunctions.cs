using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Event subscriptions. Source: webrtc-events.yaml of https://github.com/camaraproject/WebRTC</summary>
public sealed class SubscriptionFunctions(
    CamaraSurface surface,
    Subscriptions subscriptions,
    SubscriptionDocuments documents,
    OwnDocuments own,
    TargetPolicy targets)
{
    private const string Collection = "webrtc-events/v0.2/subscriptions";
    private const string Item = Collection + "/{subscriptionId}";

    /// <summary>Subscribes a sink to one type of event.</summary>
    [Function("CamaraWebRtc_CreateSubscription")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, null, async call =>
        {
            var sent = await call.Json(CamaraJson.Wire.SubscriptionRequest);
            var wanted = NewSubscription.Read(sent, targets, call.Now);
            call.Require(Scopes.CreateSubscription(wanted.Type));
            return Show(call, StatusCodes.Status201Created, await subscriptions.Subscribe(call, wanted));
        });

    /// <summary>Lists the live subscriptions of the caller's numbers, newest first.</summary>
    [Function("CamaraWebRtc_ListSubscription")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, Scopes.ReadSubscription, async call =>
        {
            List<SubscriptionResource> all = [];
            foreach (var partition in OwnDocuments.Partitions(call))
            {
                all.AddRange((await documents.Live(partition, call.Now, call.Aborted)).Select(Resource));
            }

            return CamaraSurface.Reply(
                call, StatusCodes.Status200OK, all, CamaraJson.Wire.IReadOnlyListSubscriptionResource);
        });

    /// <summary>Shows a subscription; one that ended by itself is shown for a while.</summary>
    [Function("CamaraWebRtc_FetchSubscription")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, Scopes.ReadSubscription, async call =>
            Show(call, StatusCodes.Status200OK, await own.Find(call, IdOf(call)) ?? throw CamaraErrors.NotFound()));

    /// <summary>Ends a subscription.</summary>
    [Function("CamaraWebRtc_DeleteSubscription")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, Scopes.DeleteSubscription, async call =>
        {
            await subscriptions.Unsubscribe(call, IdOf(call));
            return CamaraSurface.Deleted(call);
        });

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_SubscriptionIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Collection)] HttpRequest request) =>
        surface.Run(request, null, _ => throw CamaraErrors.MissingId("subscriptionId"));

    private static string IdOf(Call call) => Check.Text(call.Route("subscriptionId"), "subscriptionId")!;

    private static SubscriptionResource Resource(Stored<Subscription> subscription)
    {
        var (lifetime, body) = (subscription.Document.Lifetime, subscription.Body);
        return new(
            Protocol: "HTTP",
            Sink: body.Sink,
            Types: [body.Type],
            Config: new(
                new(body.DeviceId, body.RegistrationId, body.SessionId, MediaSessionId: null),
                body.ExpireTime,
                body.MaxEvents,
                body.InitialEvent),
            Id: subscription.Document.Id,
            StartsAt: lifetime.CreatedAt,
            ExpiresAt: lifetime.DateExpiry,
            Status: lifetime.Status);
    }

    private Answer Show(Call call, int status, Document document)
    {
        var subscription = documents.Kind.Open(document, call.Now) ?? throw CamaraErrors.NotFound();
        return CamaraSurface
            .Reply(call, status, Resource(subscription), CamaraJson.Wire.SubscriptionResource)
            .WithVersion(subscription.Version);
    }
}
