using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>How subscriptions are stored, in the partition of their number, and how they end.</summary>
public sealed class SubscriptionKind(RetentionSettings retention) : ExpiringKind<Subscription>(
    "camara-webrtc/subscription", CamaraStorageJson.Default.Subscription, retention.Closed)
{
    /// <summary>A sink's token is among it.</summary>
    public override bool KeepsSecrets => true;

    /// <summary>Its status: what is told goes to the live ones.</summary>
    protected override string? IndexOf(State<Subscription> state) => state.Lifetime.Status;

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => SubscriptionRules.Ended;

    /// <inheritdoc/>
    protected override Decision<Subscription> Expire(
        State<Subscription> expired, State<Subscription> stored, DateTimeOffset now)
    {
        var reason = SubscriptionRules.ReasonOfEnd(expired.Lifetime, expired.Body);
        return Decision.To(expired).Telling(Notifications.Ended(expired, reason, null, expired.UpdatedAt));
    }
}
