namespace Sessions.LiveStream;

/// <summary>
/// What live streams ask of LiveKit. Rooms are named by their session's id, so whatever a session may have left there
/// is found by that name. Every call may throw <see cref="LiveKitException"/>.
/// </summary>
public interface ILiveKit
{
    /// <summary>
    /// Whether it keeps nothing of what it is asked for, so that there is nothing to take back from it, whoever dies
    /// after he has asked.
    /// </summary>
    bool KeepsNothing => false;

    /// <summary>Makes the room, or finds it.</summary>
    ValueTask<RoomSeen> CreateRoom(string room, CancellationToken cancellation);

    /// <summary>The rooms that there are.</summary>
    /// <param name="name">Only the one of this name; null for all.</param>
    /// <param name="cancellation">Ends the call.</param>
    ValueTask<IReadOnlyList<RoomSeen>> Rooms(string? name, CancellationToken cancellation);

    /// <summary>Takes a room away, with everyone in it. One that is not there is fine.</summary>
    ValueTask DeleteRoom(string room, CancellationToken cancellation);

    /// <summary>Who is in a room; nobody when there is no such room.</summary>
    ValueTask<IReadOnlyList<ParticipantSeen>> Participants(string room, CancellationToken cancellation);

    /// <summary>Changes what somebody in the room may do, and what the others see of them.</summary>
    ValueTask Admit(string room, string identity, Admission admission, CancellationToken cancellation);

    /// <summary>Sends a message to everyone in the room.</summary>
    ValueTask Broadcast(string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation);

    /// <summary>Makes an ingress into the room.</summary>
    ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation);

    /// <summary>The ingresses that there are.</summary>
    /// <param name="room">Only those into this room; null for all.</param>
    /// <param name="cancellation">Ends the call.</param>
    ValueTask<IReadOnlyList<IngressSeen>> Ingresses(string? room, CancellationToken cancellation);

    /// <summary>Opens an ingress to its encoder, or closes it; tells whether there is such an ingress.</summary>
    ValueTask<bool> OpenIngress(string ingressId, bool open, CancellationToken cancellation);

    /// <summary>Takes an ingress away. One that is not there is fine.</summary>
    ValueTask DeleteIngress(string ingressId, CancellationToken cancellation);

    /// <summary>The egresses that run.</summary>
    /// <param name="room">Only those of this room; null for all.</param>
    /// <param name="cancellation">Ends the call.</param>
    ValueTask<IReadOnlyList<EgressSeen>> Egresses(string? room, CancellationToken cancellation);

    /// <summary>One egress, running or not; null when LiveKit has forgotten it, which it does after a day.</summary>
    ValueTask<EgressSeen?> FindEgress(string egressId, CancellationToken cancellation);

    /// <summary>Starts an egress of the whole room.</summary>
    ValueTask<EgressSeen> StartEgress(EgressPlan plan, CancellationToken cancellation);

    /// <summary>Has an egress come to its end. One that is not running is fine.</summary>
    ValueTask StopEgress(string egressId, CancellationToken cancellation);
}

/// <summary>The ingress that a session needs.</summary>
/// <param name="Room">The room's name.</param>
/// <param name="Rtmp">RTMP, else WHIP.</param>
/// <param name="HostName">The name that viewers see.</param>
/// <param name="Open">Whether an encoder may send at once.</param>
public sealed record IngressPlan(string Room, bool Rtmp, string HostName, bool Open);

/// <summary>The egress that a session needs.</summary>
/// <param name="Room">The room's name.</param>
/// <param name="Output">What it makes.</param>
/// <param name="File">The name in the storage: of the playlist, or of the recording.</param>
public sealed record EgressPlan(string Room, EgressOutput Output, string File);

/// <summary>What an egress makes.</summary>
public enum EgressOutput
{
    /// <summary>A playlist and its segments.</summary>
    Hls,

    /// <summary>One file.</summary>
    Recording,
}

/// <summary>An ingress: where the host sends the stream.</summary>
/// <param name="Id">LiveKit's id.</param>
/// <param name="Url">Where to, without the key.</param>
/// <param name="StreamKey">What opens it: a secret.</param>
public sealed record Ingress(string Id, string Url, string StreamKey);

/// <summary>What somebody in a room may do, and what the others see of them.</summary>
/// <param name="Rights">What they may do.</param>
/// <param name="Metadata">What the others see.</param>
public sealed record Admission(Rights Rights, string Metadata);

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
    /// <summary>Twirp's word for what is not there.</summary>
    public const string NotFound = "not_found";

    private const string TimedOut = "timeout";

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

    /// <summary>That there was no answer in time.</summary>
    public static LiveKitException Late(Exception? innerException = null) =>
        new(LiveKitFailure.Unavailable, TimedOut, innerException);
}
