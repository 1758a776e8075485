using Sessions.Engine;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>Invitations are for a call that rings: one that comes late lets a device ring for nobody.</summary>
public sealed class Invitations(MediaSessionKind calls, Reader reader)
{
    // What is as young as this and has not been tried yet goes out unasked, or each call would be read for each sink.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);

    /// <summary>Whether the call still waits for an answer, as far as that has to be asked.</summary>
    internal async ValueTask<bool> IsWanted(
        OutboxEvent told, string call, DateTimeOffset now, CancellationToken cancellation) =>
        (told.Attempts <= 1 && now - told.At < _fresh)
        || (calls.Of(told.Account, call) is { } place
            && await reader.Find(calls, place.Partition, place.Id, now, cancellation) is { } found
            && CallTable.IsWaiting(found.Lifetime));
}

/// <summary>How soon events are tried again that are worth nothing after some moment.</summary>
internal static class Haste
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two attempts; null when there is no such moment.</summary>
    public static TimeSpan? PauseUntil(DateTimeOffset? end) => end is null ? null : _longestPause;
}
