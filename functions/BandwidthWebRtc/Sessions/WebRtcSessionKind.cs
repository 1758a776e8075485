using Sessions.Engine;
using Sessions.Outbox;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>How sessions are stored and how they end: everybody in one is told to have left.</summary>
public sealed class WebRtcSessionKind(RetentionSettings retention, Callbacks callbacks)
    : SessionKind<WebRtcSession>(
        "bandwidth-webrtc/session", BandwidthStorageJson.Default.WebRtcSession, "BandwidthWebRtc", retention.Closed)
{
    private const string Active = "active";
    private const string Ended = "ended";

    /// <summary>A new session.</summary>
    internal State<WebRtcSession> New(
        string account, string partition, Guid id, WebRtcSession session, DateTimeOffset now) => New(
        account,
        partition,
        id.ToString(),
        session,
        new Lifetime
        {
            Status = Active,
            Open = true,
            CreatedAt = now,
            UpdatedAt = now,
            DateExpiry = now + SessionRules.Life,
        });

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => Ended;

    /// <inheritdoc/>
    protected override Decision<WebRtcSession> Expire(
        State<WebRtcSession> expired, State<WebRtcSession> stored, DateTimeOffset now) =>
        Decision.To(expired).Telling(AllLeave(expired, now));

    /// <inheritdoc/>
    protected override Decision<WebRtcSession> Close(State<WebRtcSession> open, DateTimeOffset now)
    {
        var moment = Moments.Of(now, open);
        var closed = open with { Lifetime = open.Lifetime.Close(Ended, CloseReasons.Api, moment) };
        return Decision.To(closed).Telling(AllLeave(closed, moment));
    }

    private IEnumerable<OutboxEvent> AllLeave(State<WebRtcSession> closed, DateTimeOffset at) =>
        callbacks.Leaving(closed, closed.Body.Joined(), closed.Lifetime.EndedAt!.Value, at);
}
