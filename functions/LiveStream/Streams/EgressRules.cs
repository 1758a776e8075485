using System.Text.Json.Serialization;
using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>An egress of a session: what makes HLS of it, or records it.</summary>
/// <param name="Id">LiveKit's id; empty when LiveKit would not start it.</param>
/// <param name="Status">LiveKit's word, such as EGRESS_ACTIVE.</param>
/// <param name="Url">Where what it makes is found, as long as there is something to find; else null.</param>
public sealed record Egress(string Id, string Status, [property: JsonPropertyName("hlsUrl")] string? Url)
{
    /// <summary>The name in the storage that we gave it, or null.</summary>
    public string? File { get; init; }

    /// <summary>What went wrong, in LiveKit's words, or null.</summary>
    public string? Error { get; init; }

    /// <summary>When we learned that it is active, or null.</summary>
    public DateTimeOffset? ActiveAt { get; init; }

    /// <summary>How many in a row have come to a bad end, this one among them.</summary>
    public int Failures { get; init; }

    /// <summary>When to start another one in its place, or null.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>How long the recording is, in seconds.</summary>
    public long Duration { get; init; }

    /// <summary>How big the recording is, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Whether it has come to its end, well or not.</summary>
    internal bool IsOver => EgressStatus.IsOver(Status);
}

/// <summary>The rules of a session's egresses. They hold in whatever order, and however often, LiveKit tells.</summary>
internal static class EgressRules
{
    private const int MaxRecorded = 50;

    // One that ran this long did not fail for what made the ones before it fail.
    private static readonly TimeSpan _steady = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(15);

    /// <summary>The egress that makes this.</summary>
    public static Egress? EgressOf(this LiveSession session, EgressOutput output) =>
        output == EgressOutput.Hls ? session.Egress : session.Recording;

    /// <summary>The lease of whoever is starting an egress that makes this.</summary>
    public static Lease? StartOf(this LiveSession session, EgressOutput output) =>
        output == EgressOutput.Hls ? session.StartingHls : session.StartingRecording;

    /// <summary>The session, where this lease is on the start of such an egress; null for none.</summary>
    public static LiveSession WithStart(this LiveSession session, EgressOutput output, Lease? lease) =>
        output == EgressOutput.Hls
            ? session with { StartingHls = lease }
            : session with { StartingRecording = lease };

    /// <summary>The session with this egress. A recording that another one takes over from is not forgotten.</summary>
    public static LiveSession With(this LiveSession session, EgressOutput output, Egress egress) =>
        output == EgressOutput.Hls ? session with { Egress = egress }
        : session.Recording is { } before && before.Id != egress.Id && before.Id.Length > 0
            ? session with
            {
                Recording = egress,
                Recorded = [.. (session.Recorded ?? []).TakeLast(MaxRecorded - 1), before],
            }
        : session with { Recording = egress };

    /// <summary>Whether a live session needs such an egress started now, whoever asked for it first.</summary>
    public static bool Needs(this State<LiveSession> session, EgressOutput output, DateTimeOffset now) =>
        session.IsLive()
        && !(session.Body.StartOf(output)?.Until > now)
        && session.Body.EgressOf(output) switch
        {
            null => output == EgressOutput.Recording && session.Body.Preset.Preset.Has(Switches.RecordingEnabled),
            { IsOver: true } over => over.RetryAt is not { } at || at <= now,
            _ => false,
        };

    /// <summary>Whether LiveKit has still to say how an egress ended.</summary>
    public static bool IsUnsettled(this LiveSession session) =>
        session.Egress is { IsOver: false } || session.Recording is { IsOver: false };

    /// <summary>The session after LiveKit has said how an egress is doing; the same when that is old.</summary>
    public static State<LiveSession> Heard(
        this State<LiveSession> session, EgressSeen told, EgressSettings files, DateTimeOffset now)
    {
        var body = session.Body;
        EgressOutput? output =
            told.Id.Length == 0 ? null
            : body.Egress?.Id == told.Id ? EgressOutput.Hls
            : body.Recording?.Id == told.Id ? EgressOutput.Recording
            : told.File.StartsWith($"{session.Id}/", StringComparison.Ordinal) ? told.Output : null;
        if (output is not { } known)
        {
            return session;
        }

        var before = body.EgressOf(known);
        var same = before?.Id == told.Id ? before : null;
        var isNews = same is null
            ? session.IsLive() && before is not { IsOver: false } && !EgressStatus.IsOver(told.Status)
            : !same.IsOver && EgressStatus.Stage(told.Status) >= EgressStatus.Stage(same.Status);
        var after = isNews ? Next(same, before, told, now) : before;
        if (isNews && after!.IsOver && session.IsLive())
        {
            after = after.Ended(now);
        }

        after = after is null || !isNews ? after : after with { Url = UrlOf(known, after, session.IsLive(), files) };
        return after is null || after == before ? session : session with { Body = body.With(known, after) };
    }

    /// <summary>An egress that came to its end while its session is live, with the moment for the next.</summary>
    public static Egress Ended(this Egress egress, DateTimeOffset now)
    {
        var failures = now - egress.ActiveAt >= _steady ? 1 : egress.Failures + 1;
        return egress with { Failures = failures, RetryAt = now + PauseAfter(failures) };
    }

    /// <summary>An egress that LiveKit did not start.</summary>
    public static Egress NotStarted(Egress? before, string error, DateTimeOffset now) =>
        new Egress("", EgressStatus.Failed, null) { Error = error, Failures = before?.Failures ?? 0 }.Ended(now);

    /// <summary>What is to be thought of an egress that LiveKit does not know.</summary>
    public static EgressSeen Unknown(this Egress egress, string room) =>
        new(egress.Id, room, EgressStatus.Aborted, null, "") { Error = "LiveKit does not know it any more." };

    // The first is replaced at once, then after a minute, and the pauses double.
    private static TimeSpan PauseAfter(int failures) =>
        failures <= 1 ? TimeSpan.Zero
        : TimeSpan.FromMinutes(Math.Min(Math.Pow(2, failures - 2), _longestPause.TotalMinutes));

    private static Egress Next(Egress? same, Egress? before, EgressSeen told, DateTimeOffset now)
    {
        var egress = same ?? new Egress(told.Id, told.Status, null) { Failures = before?.Failures ?? 0 };
        return egress with
        {
            Status = told.Status,
            File = told.File.Length > 0 ? told.File : egress.File,
            Error = told.Error ?? egress.Error,
            ActiveAt = egress.ActiveAt ?? (told.Status == EgressStatus.Active ? now : null),
            Duration = told.Duration > 0 ? told.Duration : egress.Duration,
            Size = told.Size > 0 ? told.Size : egress.Size,
        };
    }

    // LiveKit tells a playlist's address only when it is over, and tells a path when it knows no better: so it follows
    // from the name that we gave it. A recording is there when it is whole; a playlist while it is written, and
    // afterwards if that went well and nobody waits for it to go on.
    private static string? UrlOf(EgressOutput output, Egress egress, bool isLive, EgressSettings files)
    {
        var isThere = output == EgressOutput.Hls
            ? egress.Status is EgressStatus.Active or EgressStatus.Ending
                || (!isLive && EgressStatus.IsGood(egress.Status))
            : EgressStatus.IsGood(egress.Status);
        return isThere ? files.UrlOf(egress.File) : null;
    }
}
