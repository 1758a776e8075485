using System.Text.Json.Serialization.Metadata;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>A kind of thing that is a session: the operator sees it and can end it.</summary>
/// <param name="name">The kind, such as <c>twilio-proxy/session</c>.</param>
/// <param name="json">How the body is written.</param>
/// <param name="surface">The surface that it belongs to, as its functions' names begin.</param>
/// <param name="retention">How long a closed session is kept after its last write.</param>
/// <param name="keys">Makes what it is found by.</param>
public abstract class SessionKind<T>(
    string name, JsonTypeInfo<T> json, string surface, TimeSpan retention, TermKeys keys)
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
        TermKeys keys, string kind, State session, IEnumerable<string?> names, IEnumerable<string> numbers) =>
        string.Join(' ', new[] { ShortId.Of(kind, session.Id) }
            .Concat(names.Where(name => !string.IsNullOrWhiteSpace(name))
                .Select(name => keys.OfName(session.Account, name!)))
            .Concat(numbers.Select(number => keys.OfNumber(session.Account, number)).OfType<string>())
            .Distinct()
            .Take(Most));
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
