using System.Globalization;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>One thing that happened to a session.</summary>
/// <param name="At">When.</param>
/// <param name="What">created, joined, left, started, changed, closed, reopened or expired.</param>
/// <param name="Who">Who did it, as the account knows him; or <see cref="Trail.Time"/>, or the service itself.</param>
public sealed record TrailEntry(DateTimeOffset At, string What, string Who);

/// <summary>
/// What has happened to a session and by whom: one line each in its own document, written with the change, so that it
/// costs no call and cannot be lost. It is bounded: the first line stays, and of the others the last.
/// </summary>
public static class Trail
{
    /// <summary>Who did what time did.</summary>
    public const string Time = "expiry";

    /// <summary>Who did what nobody asked for.</summary>
    public const string Service = "service";

    private const int MostLines = 50;
    private const int MostOfName = 100;
    private const string Changed = "changed";

    /// <summary>The lines, the oldest first.</summary>
    public static IReadOnlyList<TrailEntry> Read(string? trail) =>
    [
        .. from line in (trail ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let parts = line.Split(' ', 3)
           select new TrailEntry(
               new(long.Parse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), TimeSpan.Zero),
               parts[1],
               parts[2]),
    ];

    /// <summary>The trail after a change.</summary>
    /// <param name="trail">The trail before it.</param>
    /// <param name="before">The document before it; null when it is new.</param>
    /// <param name="after">The document after it.</param>
    /// <param name="parties">Who took part before, and who does now.</param>
    /// <param name="who">Whose change it is.</param>
    internal static string After(
        string? trail,
        Document? before,
        Document after,
        (IReadOnlyList<string> Before, IReadOnlyList<string> Now) parties,
        string who)
    {
        List<string> lines = [.. (trail ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        var name = string.Concat(who.Take(MostOfName).Select(letter => char.IsControl(letter) ? '_' : letter));
        var at = after.UpdatedAt.UtcTicks.ToString("x", CultureInfo.InvariantCulture);
        foreach (var what in WhatHappened(before, after, parties))
        {
            // What goes on and on is one line.
            if (what == Changed && lines.Count > 1
                && lines[^1].EndsWith($" {Changed} {name}", StringComparison.Ordinal))
            {
                lines.RemoveAt(lines.Count - 1);
            }

            lines.Add($"{at} {what} {name}");
        }

        return string.Join('\n', lines.Count <= MostLines ? lines : [lines[0], .. lines.TakeLast(MostLines - 1)]);
    }

    private static List<string> WhatHappened(
        Document? before, Document after, (IReadOnlyList<string> Before, IReadOnlyList<string> Now) parties)
    {
        var (was, life) = (before?.Lifetime, after.Lifetime!);
        List<string> happened = before is null ? ["created"] : [];
        happened.AddRange(parties.Now.Except(parties.Before).Select(_ => "joined"));
        happened.AddRange(parties.Before.Except(parties.Now).Select(_ => "left"));
        if (life.StartedAt is not null && was?.StartedAt is null)
        {
            happened.Add("started");
        }

        if (!life.Open && was is not { Open: false })
        {
            happened.Add(life.ClosedReason is CloseReasons.Ttl or CloseReasons.DateExpiry ? "expired" : "closed");
        }
        else if (life.Open && was is { Open: false })
        {
            happened.Add("reopened");
        }

        return happened is [] ? [Changed] : happened;
    }
}
