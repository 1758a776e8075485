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

/// <summary>The rules of coming and going. They hold in whatever order, and however often, LiveKit tells.</summary>
internal static class AttendanceRules
{
    // A webhook is signed for five minutes, so no later repeat of it can be taken for true.
    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(15);
    private const int MaxDeparted = 500;

    /// <summary>The attendance with a place kept for this viewer; null when all are taken.</summary>
    /// <param name="attendance">Who is in.</param>
    /// <param name="identity">Who wants to come in; whoever has a place keeps it.</param>
    /// <param name="limit">How many places there are.</param>
    /// <param name="now">The moment of the request.</param>
    public static Attendance? Reserve(this Attendance attendance, string identity, int limit, DateTimeOffset now)
    {
        var others = attendance.Seats.Where(seat => seat.Until > now && seat.Identity != identity).ToList();
        var taken = others.Select(seat => seat.Identity)
            .Concat(attendance.Present.Select(presence => presence.Identity))
            .Where(other => other != identity)
            .Distinct()
            .Count();
        return taken >= limit
            ? null
            : attendance with { Seats = [.. others, new(identity, now + LiveKitTokens.ViewerLife)] };
    }

    /// <summary>The attendance after LiveKit has told that a viewer came in.</summary>
    public static Attendance Joined(this Attendance attendance, Presence who)
    {
        if (attendance.Present.Any(present => present.Sid == who.Sid)
            || attendance.Departed.Any(departure => departure.Sid == who.Sid))
        {
            return attendance;
        }

        IReadOnlyList<Presence> present = [.. attendance.Present, who];
        return attendance with
        {
            Seats = [.. attendance.Seats.Where(seat => seat.Identity != who.Identity)],
            Present = present,
            MaxViewers = Math.Max(attendance.MaxViewers, present.Count),
        };
    }

    /// <summary>The attendance after LiveKit has told that a viewer left.</summary>
    public static Attendance Left(this Attendance attendance, Presence who, DateTimeOffset now)
    {
        if (attendance.Departed.Any(departure => departure.Sid == who.Sid))
        {
            return attendance;
        }

        var remembered = attendance.Departed.Where(departure => departure.At > now - _memory).TakeLast(MaxDeparted - 1);
        return attendance with
        {
            Present = [.. attendance.Present.Where(present => present.Sid != who.Sid)],
            Departed = [.. remembered, new(who.Sid, now)],
        };
    }

    /// <summary>The attendance of a session that is over.</summary>
    public static Attendance Over(this Attendance attendance) => new() { MaxViewers = attendance.MaxViewers };
}
