using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.Operator;

/// <summary>Tells what has happened to a session.</summary>
public sealed class TimelineDirectory(SessionDirectory sessions, EventDirectory events)
{
    private const int MostEvents = 200;

    /// <summary>The timeline of the session of an id.</summary>
    /// <exception cref="RefusedException">The account has none.</exception>
    internal async ValueTask<TimelineView> Of(Exchange exchange, string id)
    {
        var document = await sessions.Find(exchange, id);
        var view = await sessions.View(exchange, document);
        var told = await events.Of(exchange, ShortId.Of(document.Kind, document.Id), MostEvents);
        var trail = Trail.Read(document.Trail)
            .Select(entry => new TimelineEntry(entry.At, entry.What, entry.Who, null))
            .ToList();
        var parties = await sessions.Parties(exchange, document);
        return new(
            view,
            [
                .. parties.Select(party => new ParticipantView(
                    party.Id, party.Role, party.State, party.JoinedAt, party.LeftAt)),
            ],
            [
                .. Ended(trail, view)
                    .Concat(Come(trail, parties))
                    .Concat(told.Select(one => new TimelineEntry(one.At, "told", Trail.Service, one)))
                    .OrderBy(entry => entry.At),
            ]);
    }

    // Where those who take part lie elsewhere, the trail knows nothing of their coming.
    private static IEnumerable<TimelineEntry> Come(List<TimelineEntry> trail, IReadOnlyList<SessionParty> parties) =>
        trail.Exists(entry => entry.What is "joined")
            ? []
            : from party in parties
              where party.JoinedAt is not null
              select new TimelineEntry(party.JoinedAt!.Value, "joined", party.Id, null);

    // Time has ended it, and the timer was not there yet.
    private static IEnumerable<TimelineEntry> Ended(List<TimelineEntry> trail, SessionView view) =>
        view is { State: SessionView.Closed, EndedAt: { } end } && trail is [.., { What: not ("closed" or "expired") }]
            && trail.TrueForAll(entry => entry.What is not ("closed" or "expired"))
                ? trail.Append(new TimelineEntry(end, "expired", Trail.Time, null))
                : trail;
}

/// <summary>What has happened to a session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Participants">Who takes part or took part; of a conversation the first 200 members, of a live
/// stream the viewers who are in.</param>
/// <param name="Entries">What happened, the oldest first: the first, and the last 49; with the last 200 events.</param>
internal sealed record TimelineView(
    SessionView Session, IReadOnlyList<ParticipantView> Participants, IReadOnlyList<TimelineEntry> Entries);

/// <summary>Somebody in a session; nothing of who that is.</summary>
/// <param name="Id">What the session's own API calls it.</param>
/// <param name="Role">What it is there.</param>
/// <param name="State">How it is.</param>
/// <param name="JoinedAt">When it came; null when that is not kept.</param>
/// <param name="LeftAt">When it left; null while it is there.</param>
internal sealed record ParticipantView(
    string Id, string Role, string State, DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt);

/// <summary>One thing that happened.</summary>
/// <param name="At">When.</param>
/// <param name="What">created, joined, left, started, changed, closed, reopened, expired, or told.</param>
/// <param name="Who">Who did it: a subject or a key's SID; expiry for time, service for the service itself.</param>
/// <param name="Event">What was told, when it is that.</param>
internal sealed record TimelineEntry(DateTimeOffset At, string What, string Who, EventView? Event);

/// <summary>What to find.</summary>
/// <param name="Text">An id, a name or a telephone number.</param>
/// <param name="AllAccounts">Whether in all accounts.</param>
internal sealed record FindBody(string? Text, bool? AllAccounts)
{
    private const int MostText = 300;

    /// <summary>The body, which must say what to find.</summary>
    /// <exception cref="RefusedException">It does not.</exception>
    public FindBody Checked() => Text?.Trim() is { Length: > 0 and <= MostText } text
        ? this with { Text = text }
        : throw OperatorQuery.Invalid($"text is an id, a name or a number, of 1 to {MostText} characters.");
}

/// <summary>The sessions that were found.</summary>
/// <param name="Sessions">The newest 100.</param>
internal sealed record SessionsFound(IReadOnlyList<SessionView> Sessions);
