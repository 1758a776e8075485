namespace Sessions.LiveStream;

/// <summary>
/// What live streams ask of LiveKit. Rooms are named by their session's id, so whatever a session may have left there
/// is found by that name. Every call may throw <see cref="LiveKitException"/>.
/// </summary>
public interface ILiveKit
{
    /// <summary>Makes the room, or finds it, and tells its LiveKit id.</summary>
    ValueTask<string> CreateRoom(string room, CancellationToken cancellation);

    /// <summary>Makes an ingress into the room.</summary>
    ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation);

    /// <summary>How an ingress is doing, in LiveKit's words; null when there is none.</summary>
    ValueTask<string?> IngressStatus(string ingressId, CancellationToken cancellation);

    /// <summary>
    /// Takes away all ingresses of the room but one, and without one the room too. What is not there is fine.
    /// </summary>
    /// <param name="room">The room's name.</param>
    /// <param name="keep">The id of the ingress that stays, and with it the room; null for none.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    ValueTask Tidy(string room, string? keep, CancellationToken cancellation);

    /// <summary>Finds the running HLS egress of the room, or starts one.</summary>
    ValueTask<Egress> EnsureHls(string room, CancellationToken cancellation);

    /// <summary>Sends a message to everyone in the room.</summary>
    ValueTask Broadcast(string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation);
}

/// <summary>The ingress that a session needs.</summary>
/// <param name="Room">The room's name.</param>
/// <param name="Rtmp">RTMP, else WHIP.</param>
/// <param name="HostName">The name that viewers see.</param>
public sealed record IngressPlan(string Room, bool Rtmp, string HostName);

/// <summary>An ingress: where the host sends the stream.</summary>
/// <param name="Id">LiveKit's id.</param>
/// <param name="Url">Where to, without the key.</param>
/// <param name="StreamKey">What opens it: a secret.</param>
public sealed record Ingress(string Id, string Url, string StreamKey);

/// <summary>An egress: what makes HLS of a room.</summary>
/// <param name="Id">LiveKit's id.</param>
/// <param name="Status">LiveKit's word, such as EGRESS_ACTIVE.</param>
/// <param name="HlsUrl">The playlist, or null before there is one.</param>
public sealed record Egress(string Id, string Status, string? HlsUrl)
{
    private static readonly string[] _course = ["EGRESS_STARTING", "EGRESS_ACTIVE", "EGRESS_ENDING"];

    /// <summary>How far it is on its course: an egress never goes back.</summary>
    internal int Stage => Array.IndexOf(_course, Status) is >= 0 and var stage ? stage : _course.Length;

    /// <summary>Whether it has come to its end, well or not.</summary>
    internal bool IsOver => Stage == _course.Length;

    /// <summary>
    /// Reads LiveKit's EgressInfo, from answers and from webhooks. While an egress runs its live playlist counts,
    /// afterwards the whole one.
    /// </summary>
    internal static Egress Read(ProtoMessage info)
    {
        var status = info.Text("status") is { Length: > 0 } named ? named : "EGRESS_STARTING";
        var egress = new Egress(info.Text("egress_id"), status, null);
        var playlists = info.Messages("segment_results").FirstOrDefault();
        var (live, whole) = (playlists.Text("live_playlist_location"), playlists.Text("playlist_location"));
        string[] byRank = egress.IsOver ? [whole, live] : [live, whole];
        return egress with { HlsUrl = Array.Find(byRank, url => url.Length > 0) };
    }
}

/// <summary>What went wrong with LiveKit.</summary>
public enum LiveKitFailure
{
    /// <summary>It does not answer, or says that it cannot now. What was asked may have happened or not.</summary>
    Unavailable,

    /// <summary>It answered no; nothing happened.</summary>
    Refused,
}

/// <summary>LiveKit did not do what it was asked.</summary>
public sealed class LiveKitException : Exception
{
    /// <summary>A failure with LiveKit's word for it.</summary>
    /// <param name="kind">Whether it may have happened.</param>
    /// <param name="code">The Twirp code, such as <c>not_found</c>, or <c>timeout</c>, or <c>unreachable</c>.</param>
    /// <param name="innerException">What led to it, or null.</param>
    public LiveKitException(LiveKitFailure kind, string code, Exception? innerException = null)
        : base($"LiveKit: {code}", innerException)
    {
        Kind = kind;
        Code = code;
    }

    /// <inheritdoc/>
    public LiveKitException()
    {
    }

    /// <inheritdoc/>
    public LiveKitException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public LiveKitException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it may have happened.</summary>
    public LiveKitFailure Kind { get; }

    /// <summary>LiveKit's word for it.</summary>
    public string Code { get; } = "unknown";
}
