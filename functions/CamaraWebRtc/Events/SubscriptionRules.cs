using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>The rules of a subscription's life. Source: webrtc-events.yaml</summary>
internal static class SubscriptionRules
{
    public const string Active = "ACTIVE";
    public const string Ended = "EXPIRED";

    private const string Stopped = "NETWORK_TERMINATED";
    private const string MaxEventsReached = "MAX_EVENTS_REACHED";
    private const string Deleted = "SUBSCRIPTION_DELETED";

    /// <summary>How many may live for one number, so that one call does not make thousands of events.</summary>
    public const int MaxPerNumber = 32;

    // The end of a sink's token must be told while the token is still good.
    private static readonly TimeSpan _notice = TimeSpan.FromMinutes(2);

    /// <summary>The lifetime of a new subscription.</summary>
    public static Lifetime Start(Subscription body, DateTimeOffset now) => new()
    {
        Status = Active,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = End(body, now),
    };

    /// <summary>
    /// A new subscription. With initialEvent, one that asks about a call is told how it stands, or invited while it
    /// rings; nothing else has a present state to tell.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="asked">The call that it asks about, or null.</param>
    /// <param name="number">Whose it is.</param>
    /// <param name="now">The moment of the create.</param>
    public static Decision<Subscription> Begin(
        State<Subscription> subscription, State<MediaSession>? asked, string number, DateTimeOffset now) =>
        asked is not null && subscription.Body.InitialEvent is true
        && CallNews.Present(asked, subscription.Body, number) is { } present
            ? Tell(subscription, present, now, now)
            : Decision.To(subscription);

    /// <summary>
    /// Ends a live subscription whose sink has said that it is gone: who reads its stream is told, and the sink cannot
    /// be.
    /// </summary>
    public static Decision<Subscription> SinkGone(State<Subscription> live, DateTimeOffset now)
    {
        var at = OutboxEvent.After(live.UpdatedAt, now);
        var told = Notifications.Ended(live, Stopped, null, at) with { Sent = null };
        return Tell(Decision.To(live with { Lifetime = live.Lifetime.Close(Ended, Stopped, at) }), told);
    }

    /// <summary>Tells one event more, of which the last that was asked for ends the subscription.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="news">What there is to tell.</param>
    /// <param name="at">When that happened.</param>
    /// <param name="now">The moment of the change.</param>
    public static Decision<Subscription> Tell(
        State<Subscription> subscription, News news, DateTimeOffset at, DateTimeOffset now)
    {
        var told = Notifications.Of(subscription, news, at);
        if (subscription.Body.MaxEvents is not { } most)
        {
            return Tell(subscription.IsNew ? Decision.To(subscription) : Decision.Keep(subscription), told);
        }

        var counted = subscription with { Body = subscription.Body with { Events = subscription.Body.Events + 1 } };
        return counted.Body.Events < most
            ? Tell(Decision.To(counted), told)
            : Tell(
                Decision.To(counted with { Lifetime = counted.Lifetime.Close(Ended, MaxEventsReached, now) }),
                told,
                Notifications.Ended(subscription, MaxEventsReached, news.Subject, at));
    }

    /// <summary>Gives a live subscription another end or a fresh token; what stays the same is kept.</summary>
    public static Decision<Subscription> Update(
        State<Subscription> live, SubscriptionUpdate update, DateTimeOffset now)
    {
        if (update.Token is not null && live.Body.Sink is null)
        {
            throw CamaraErrors.NoSinkToOpen();
        }

        var body = live.Body with
        {
            AccessToken = update.Token?.Token ?? live.Body.AccessToken,
            AccessTokenEnd = update.Token?.End ?? live.Body.AccessTokenEnd,
            ExpireTime = update.ExpireTime ?? live.Body.ExpireTime,
        };
        return body == live.Body
            ? Decision.Keep(live)
            : Decision.To(live with
            {
                Body = body,
                Lifetime = live.Lifetime.Touch(now) with { DateExpiry = End(body, now) },
            });
    }

    /// <summary>Removes a subscription; one that was still live is told of it.</summary>
    public static Decision<Subscription> Remove(State<Subscription> subscription, DateTimeOffset now) =>
        !subscription.Lifetime.Open
            ? Decision.Remove(subscription)
            : Tell(
                Decision.Remove(subscription),
                Notifications.Ended(subscription, Deleted, null, OutboxEvent.After(subscription.UpdatedAt, now)));

    /// <summary>Ends one whose time has run out.</summary>
    public static Decision<Subscription> Expire(State<Subscription> expired) => Tell(
        Decision.To(expired),
        Notifications.Ended(expired, ReasonOfEnd(expired.Lifetime, expired.Body), null, expired.UpdatedAt));

    /// <summary>Has a subscription's events kept from now on, for who reads them as a stream.</summary>
    public static Decision<Subscription> Follow(State<Subscription> subscription, DateTimeOffset now) =>
        subscription.Body.IsFollowed || !subscription.Lifetime.Open
            ? Decision.Keep(subscription)
            : Decision.To(subscription.To(subscription.Body with { Followed = true }, now));

    // To the sink, and into the stream if it is read as one.
    private static Decision<Subscription> Tell(
        Decision<Subscription> decision, params IReadOnlyList<Notification> told)
    {
        var subscription = decision.Shown;
        var sent = decision.Telling(told.Select(one => one.Sent).OfType<OutboxEvent>());
        if (!subscription.Body.IsFollowed)
        {
            return sent;
        }

        var had = subscription.Body.Kept;
        var counted = subscription with { Body = subscription.Body with { Kept = had + told.Count } };
        return (decision.Removed is [] ? Decision.To(counted).Telling(sent.Told) : sent)
            .And(told.Select((one, place) => KeptEventKind.New(subscription, had + 1 + place, one.Event)));
    }

    private static string ReasonOfEnd(Lifetime lifetime, Subscription body) =>
        lifetime.DateExpiry == body.ExpireTime ? "SUBSCRIPTION_EXPIRED" : "ACCESS_TOKEN_EXPIRED";

    private static DateTimeOffset? End(Subscription body, DateTimeOffset now)
    {
        var token = body.AccessTokenEnd is { } end && end - _notice > now ? end - _notice : body.AccessTokenEnd;
        return body.ExpireTime < token || token is null ? body.ExpireTime : token;
    }
}
