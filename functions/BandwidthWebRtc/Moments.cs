using Sessions.Engine;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>Gives each change of a session or participant a moment later than the one before, for its events.</summary>
internal static class Moments
{
    /// <summary>Now, or the tick after the last change of these when that is later.</summary>
    public static DateTimeOffset Of(DateTimeOffset now, params ReadOnlySpan<State> changed)
    {
        foreach (var state in changed)
        {
            now = OutboxEvent.After(state.UpdatedAt, now);
        }

        return now;
    }
}
