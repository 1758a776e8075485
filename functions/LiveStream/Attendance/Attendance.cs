namespace Sessions.LiveStream;

/// <summary>Who is in a live session, and who may come in.</summary>
public sealed record Attendance
{
    /// <summary>Places that are kept for viewers who have a token and are not in yet.</summary>
    public IReadOnlyList<Seat> Seats { get; init; } = [];

    /// <summary>The viewers that LiveKit says are in.</summary>
    public IReadOnlyList<Presence> Present { get; init; } = [];

    /// <summary>Those that have left: a late word of their coming must not bring them back.</summary>
    public IReadOnlyList<Departure> Departed { get; init; } = [];

    /// <summary>The most that were in at once.</summary>
    public int MaxViewers { get; init; }
}

/// <summary>A place kept for a viewer.</summary>
/// <param name="Identity">The viewer's LiveKit identity.</param>
/// <param name="Until">When the token runs out.</param>
public sealed record Seat(string Identity, DateTimeOffset Until);

/// <summary>A viewer who is in.</summary>
/// <param name="Sid">LiveKit's id of this very connection.</param>
/// <param name="Identity">The viewer's LiveKit identity.</param>
public sealed record Presence(string Sid, string Identity);

/// <summary>A connection that has ended.</summary>
/// <param name="Sid">LiveKit's id of it.</param>
/// <param name="At">When we heard of it.</param>
public sealed record Departure(string Sid, DateTimeOffset At);
