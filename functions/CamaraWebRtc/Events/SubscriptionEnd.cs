using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Makes the end of a subscription durable once its time has come, and tells its sink.</summary>
public sealed class SubscriptionEnd(SubscriptionDocuments subscriptions) : IDueHandler
{
    private const string DeletedReason = "SUBSCRIPTION_DELETED";

    /// <inheritdoc/>
    public string Kind => subscriptions.Kind.Name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Write>> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var ended = subscriptions.Kind.Open(document, now)!;
        var lifetime = ended.Document.Lifetime;
        var reason = SubscriptionRules.ReasonOfEnd(lifetime, ended.Body);
        IReadOnlyList<Write> writes = lifetime.Open
            ? []
            : [
                new Write.Replace(subscriptions.Kind.Seal(ended.Document, lifetime, ended.Body, now)),
                Notifications.Ended(ended, reason, null, lifetime.UpdatedAt).Write(),
            ];
        return ValueTask.FromResult(writes);
    }

    /// <summary>What to tell of one that its owner deletes.</summary>
    internal static OutboxEvent ByOwner(Stored<Subscription> subscription, DateTimeOffset now) =>
        Notifications.Ended(
            subscription, DeletedReason, null, OutboxEvent.After(subscription.Document.Lifetime.UpdatedAt, now));
}
