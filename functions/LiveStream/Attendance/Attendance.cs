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
public sealed record Presence(string Sid, string Identity)
{
    /// <summary>When LiveKit told us; null when we asked.</summary>
    public DateTimeOffset? At { get; init; }
}

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
            : attendance with { Seats = [.. others, new(identity, now + LiveKitTokens.Life)] };
    }

    /// <summary>The attendance after LiveKit has told that a viewer came in.</summary>
    public static Attendance Joined(this Attendance attendance, Presence who, DateTimeOffset now) =>
        attendance.Present.Any(present => present.Sid == who.Sid)
        || attendance.Departed.Any(departure => departure.Sid == who.Sid)
            ? attendance
            : attendance.With([.. attendance.Present, who with { At = now }]);

    /// <summary>The attendance after LiveKit has told that a viewer left.</summary>
    public static Attendance Left(this Attendance attendance, Presence who, DateTimeOffset now) =>
        attendance.Departed.Any(departure => departure.Sid == who.Sid)
            ? attendance
            : attendance.Without([who.Sid], now);

    /// <summary>The attendance after everyone has left, as when the room has gone.</summary>
    public static Attendance Emptied(this Attendance attendance, DateTimeOffset now) =>
        attendance.Present.Count == 0
            ? attendance
            : attendance.Without([.. attendance.Present.Select(present => present.Sid)], now);

    /// <summary>
    /// The attendance after LiveKit has listed who is in. What it has told since it was asked is news all the same.
    /// </summary>
    /// <param name="attendance">As it was.</param>
    /// <param name="listed">The viewers that are in.</param>
    /// <param name="asked">When LiveKit was asked.</param>
    /// <param name="now">The moment of the change.</param>
    public static Attendance Listed(
        this Attendance attendance, IReadOnlyList<Presence> listed, DateTimeOffset asked, DateTimeOffset now)
    {
        var leftSince = attendance.Departed.Where(left => left.At > asked).Select(left => left.Sid).ToHashSet();
        var isListed = listed.Select(who => who.Sid).ToHashSet();
        var gone = attendance.Present.Where(who => !isListed.Contains(who.Sid) && !(who.At > asked)).ToList();
        var known = attendance.Present.Select(who => who.Sid).ToHashSet();
        var come = listed.Where(who => !known.Contains(who.Sid) && !leftSince.Contains(who.Sid)).ToList();
        var kept = gone.Count == 0 ? attendance : attendance.Without([.. gone.Select(who => who.Sid)], now);
        if (come.Count == 0)
        {
            return kept;
        }

        var back = come.Select(who => who.Sid).ToHashSet();
        return (kept with { Departed = [.. kept.Departed.Where(left => !back.Contains(left.Sid))] })
            .With([.. kept.Present, .. come]);
    }

    /// <summary>The attendance of a session that is over.</summary>
    public static Attendance Over(this Attendance attendance) => new() { MaxViewers = attendance.MaxViewers };

    private static Attendance With(this Attendance attendance, IReadOnlyList<Presence> present)
    {
        var seated = present.Select(who => who.Identity).ToHashSet();
        return attendance with
        {
            Seats = [.. attendance.Seats.Where(seat => !seated.Contains(seat.Identity))],
            Present = present,
            MaxViewers = Math.Max(attendance.MaxViewers, present.Count),
        };
    }

    private static Attendance Without(this Attendance attendance, IReadOnlyList<string> sids, DateTimeOffset now)
    {
        var remembered = attendance.Departed
            .Where(departure => departure.At > now - _memory)
            .TakeLast(Math.Max(0, MaxDeparted - sids.Count));
        return attendance with
        {
            Present = [.. attendance.Present.Where(present => !sids.Contains(present.Sid))],
            Departed = [.. remembered, .. sids.Select(sid => new Departure(sid, now))],
        };
    }
}
