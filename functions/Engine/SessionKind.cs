using System.Buffers;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>A kind of thing that is a session: the operator sees it and can end it.</summary>
/// <param name="name">The kind, such as <c>twilio-proxy/session</c>.</param>
/// <param name="json">How the body is written; asked for with the first body.</param>
/// <param name="surface">The surface that it belongs to, as its functions' names begin.</param>
/// <param name="retention">How long a closed session is kept after its last write.</param>
/// <param name="keys">Makes what it is found by.</param>
public abstract class SessionKind<T>(
    string name, Func<JsonTypeInfo<T>> json, string surface, TimeSpan retention, TermKeys keys)
    : ExpiringKind<T>(name, json, retention), ISessionKind
    where T : class
{
    /// <inheritdoc/>
    protected internal override bool KeepsTrail => true;

    /// <inheritdoc/>
    public string Surface => surface;

    /// <inheritdoc/>
    public virtual ValueTask<Life> LifeOf(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = Open(document, now)!;
        return ValueTask.FromResult(new Life(session.Lifetime, session.Version));
    }

    /// <inheritdoc/>
    public virtual async ValueTask Close(Changes changes, Command command, string partition, string id) =>
        await changes.Change(command, At(partition, id), (session, now) =>
            session is null ? throw new GoneException()
            : session.Lifetime.Open ? Close(session, now)
            : Decision.Keep(session));

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<SessionParty>> PartiesOf(
        Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<SessionParty>>([.. PartiesOf(Open(document, now)!)]);

    /// <inheritdoc/>
    protected internal override IEnumerable<string> PresentIn(State<T> state) =>
        PartiesOf(state).Where(party => party.LeftAt is null).Select(party => party.Id);

    /// <summary>Who takes part or took part in it, as far as its own state tells.</summary>
    protected virtual IEnumerable<SessionParty> PartiesOf(State<T> state) => [];

    /// <summary>The names that it is found by.</summary>
    protected virtual IEnumerable<string?> NamesOf(State<T> state) => [];

    /// <summary>The telephone numbers that it is found by.</summary>
    protected virtual IEnumerable<string> NumbersOf(State<T> state) => [];

    /// <inheritdoc/>
    protected override string? TermsOf(State<T> state) =>
        SessionTerms.Of(keys, Name, state, NamesOf(state), NumbersOf(state));

    /// <summary>Ends an open session as its own API ends one.</summary>
    protected abstract Decision<T> Close(State<T> open, DateTimeOffset now);
}

/// <summary>A kind whose documents are sessions, for those who look after sessions of all kinds.</summary>
public interface ISessionKind : IDueKind
{
    /// <summary>The name of the surface that it belongs to, as its functions' names begin.</summary>
    string Surface { get; }

    /// <summary>The session's life as readers see it at <paramref name="now"/>.</summary>
    ValueTask<Life> LifeOf(Document document, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Who takes part or took part in it.</summary>
    ValueTask<IReadOnlyList<SessionParty>> PartiesOf(
        Document document, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Ends the session as its own API ends one; leaves one that has ended as it is.</summary>
    /// <exception cref="GoneException">There is no such session.</exception>
    ValueTask Close(Changes changes, Command command, string partition, string id);
}

/// <summary>What can be said of a session of any kind.</summary>
/// <param name="Lifetime">Its status, its moments and its end.</param>
/// <param name="Version">What readers know this state by.</param>
public sealed record Life(Lifetime Lifetime, string Version);

/// <summary>Somebody or something in a session; nothing of who that is.</summary>
/// <param name="Id">What the session's own API calls it.</param>
/// <param name="Role">What it is there, in that API's words.</param>
/// <param name="State">How it is, in a word.</param>
/// <param name="JoinedAt">When it came, or null when that is not kept.</param>
/// <param name="LeftAt">When it left; null while it is there, or when that is not kept.</param>
public sealed record SessionParty(
    string Id, string Role, string State, DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt);

/// <summary>What a session is found by: a short name of its own, and digests of its names and numbers.</summary>
internal static class SessionTerms
{
    // More would cost every write, and find too much.
    private const int Most = 12;

    /// <summary>The terms, for its document.</summary>
    public static string Of(
        TermKeys keys, string kind, State session, IEnumerable<string?> names, IEnumerable<string> numbers)
    {
        // Of the same session the first one is the same for ever, and costs more than it takes to see that it is there.
        var first = session.Origin?.Terms is { Length: >= ShortId.Length } before ? before[..ShortId.Length] : "";
        List<string> terms = [ShortId.IsOne(first) ? first : ShortId.Of(kind, session.Id)];
        foreach (var name in names)
        {
            Add(terms, string.IsNullOrWhiteSpace(name) ? null : keys.OfName(session.Account, name));
        }

        foreach (var number in numbers)
        {
            Add(terms, keys.OfNumber(session.Account, number));
        }

        return terms is [var only] ? only : string.Join(' ', terms);
    }

    private static void Add(List<string> terms, string? term)
    {
        if (term is not null && terms.Count < Most && !terms.Contains(term))
        {
            terms.Add(term);
        }
    }
}

/// <summary>
/// What sessions are found by beside their ids. An index holds digests under a key of the account alone, so that nobody
/// reads a number or a name there.
/// </summary>
public abstract class TermKeys
{
    private const int FewestDigits = 5;
    private const int MostDigits = 15;

    /// <summary>The term of a name.</summary>
    public string OfName(string account, string name) => "n" + ShortId.Text(Digest(account, "find-name", Plain(name)));

    /// <summary>The term of a telephone number; null for what is none.</summary>
    public string? OfNumber(string account, string number) => DigitsOf(number) is { } digits
        ? "t" + ShortId.Text(Digest(account, "find-number", digits))
        : null;

    /// <summary>A digest under the account's key.</summary>
    protected abstract byte[] Digest(string account, string purpose, string text);

    private static string Plain(string name) => name.Trim().ToUpperInvariant();

    // Of tel:+1-415-555-0001, sip:+14155550001@example.com and (415) 555-0001 the digits.
    private static string? DigitsOf(string number)
    {
        var start = number.IndexOf(':', StringComparison.Ordinal) + 1;
        var end = number.IndexOf('@', start);
        var user = (end < 0 ? number[start..] : number[start..end]).TrimStart().TrimStart('+');
        var digits = string.Concat(user.Where(letter => !" -().\u00a0".Contains(letter)));
        return digits.Length is >= FewestDigits and <= MostDigits && digits.All(char.IsAsciiDigit) ? digits : null;
    }
}

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
    private static readonly SearchValues<char> _controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(code => (char)code).Where(char.IsControl)]);

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
        var (text, name) = (trail ?? "", NameOf(who));
        var at = after.UpdatedAt.UtcTicks.ToString("x", CultureInfo.InvariantCulture);
        foreach (var what in WhatHappened(before, after, parties))
        {
            // What goes on and on is one line; the first one stays.
            var last = text.LastIndexOf('\n');
            var goesOn = what == Changed && last >= 0
                && text.EndsWith($" {Changed} {name}", StringComparison.Ordinal);
            var kept = goesOn ? text.AsSpan(0, last) : text;
            text = kept.IsEmpty ? $"{at} {what} {name}" : $"{kept}\n{at} {what} {name}";
        }

        return Bounded(text);
    }

    private static string NameOf(string who) =>
        who.Length <= MostOfName && !who.AsSpan().ContainsAny(_controls)
            ? who
            : string.Concat(who.Take(MostOfName).Select(letter => char.IsControl(letter) ? '_' : letter));

    // A session may be changed for as long as it lives: its lines are cut as text, and not taken apart each time.
    private static string Bounded(string text)
    {
        var tooMany = text.AsSpan().Count('\n') + 1 - MostLines;
        if (tooMany <= 0)
        {
            return text;
        }

        var first = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        var next = first;
        for (; tooMany > 0; tooMany--)
        {
            next = text.IndexOf('\n', next) + 1;
        }

        return string.Concat(text.AsSpan(0, first), text.AsSpan(next));
    }

    private static List<string> WhatHappened(
        Document? before, Document after, (IReadOnlyList<string> Before, IReadOnlyList<string> Now) parties)
    {
        var (was, life) = (before?.Lifetime, after.Lifetime!);
        List<string> happened = before is null ? ["created"] : [];
        if (!parties.Now.SequenceEqual(parties.Before))
        {
            happened.AddRange(parties.Now.Except(parties.Before).Select(_ => "joined"));
            happened.AddRange(parties.Before.Except(parties.Now).Select(_ => "left"));
        }

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
