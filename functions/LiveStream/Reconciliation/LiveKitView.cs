namespace Sessions.LiveStream;

/// <summary>What LiveKit has of one session.</summary>
/// <param name="At">When it was asked: what it has told since is newer.</param>
/// <param name="Room">The room; null when there is none.</param>
/// <param name="Inside">Who is in it.</param>
/// <param name="Ingresses">The ingresses into it.</param>
/// <param name="Egresses">The egresses of it that run, and those of the session that do not any more.</param>
internal sealed record LiveKitView(
    DateTimeOffset At,
    RoomSeen? Room,
    IReadOnlyList<ParticipantSeen> Inside,
    IReadOnlyList<IngressSeen> Ingresses,
    IReadOnlyList<EgressSeen> Egresses);
