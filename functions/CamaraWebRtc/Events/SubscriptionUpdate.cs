using System.Text.Json.Serialization;

namespace Sessions.CamaraWebRtc;

/// <summary>The body of a subscription's change as clients send it: the yaml closes it to other members.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SubscriptionUpdateRequest(SinkCredential? SinkCredential, SubscriptionUpdateConfig? Config);

/// <summary>What of the config can be changed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SubscriptionUpdateConfig(DateTimeOffset? SubscriptionExpireTime);

/// <summary>What is to be changed of a subscription; null is what stays.</summary>
internal sealed record SubscriptionUpdate(SinkToken? Token, DateTimeOffset? ExpireTime)
{
    public static SubscriptionUpdate Read(SubscriptionUpdateRequest request, DateTimeOffset now)
    {
        NewSubscription.CheckEnd(request.Config?.SubscriptionExpireTime, now);
        return new(SinkToken.Read(request.SinkCredential, now), request.Config?.SubscriptionExpireTime);
    }
}
