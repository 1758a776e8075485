using System.Globalization;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>Reads what a path names, as it counts at a moment.</summary>
public sealed class ProxyReader(
    Reader reader, ProxyServiceKind services, ProxySessionKind sessions, SessionNames names)
{
    /// <summary>The partition of the Service that the path names.</summary>
    internal static string PartitionOf(Exchange exchange) =>
        ProxyServiceKind.PartitionUnder(exchange.Account.Id, exchange.Route("serviceSid"));

    /// <summary>
    /// The Service of the path. Services seldom change, so what lies under one costs no read of it for some seconds.
    /// </summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    internal async ValueTask<State<ProxyService>> Service(Exchange exchange)
    {
        var sid = exchange.Route("serviceSid");
        return (Sids.Is(Sids.Service, sid)
            ? await reader.FindRecent(
                services, ProxyServiceKind.PartitionOf(exchange.Account), sid, exchange.Now, exchange.Aborted)
            : null) ?? throw MissingService(sid);
    }

    /// <summary>The Service of the path as it is stored now.</summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    internal async ValueTask<State<ProxyService>> ServiceNow(Exchange exchange)
    {
        var sid = exchange.Route("serviceSid");
        return (Sids.Is(Sids.Service, sid)
            ? await reader.Find(
                services, ProxyServiceKind.PartitionOf(exchange.Account), sid, exchange.Now, exchange.Aborted)
            : null) ?? throw MissingService(sid);
    }

    /// <summary>The Service whose SID or unique name stands in the path.</summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    internal async ValueTask<State<ProxyService>> ServiceByName(Exchange exchange)
    {
        var name = exchange.Route("serviceSid");
        return Sids.Is(Sids.Service, name)
            ? await ServiceNow(exchange)
            : await reader.FindByKey(
                services,
                ProxyServiceKind.PartitionOf(exchange.Account),
                ProxyServiceKind.KeyOf(name),
                exchange.Now,
                exchange.Aborted) ?? throw MissingService(name);
    }

    /// <summary>The Session of the path.</summary>
    /// <exception cref="RefusedException">20404: there is none.</exception>
    internal async ValueTask<State<ProxySession>> Session(Exchange exchange, DateTimeOffset now)
    {
        var sid = exchange.Route("sessionSid");
        return (Sids.Is(Sids.Session, sid)
            ? await reader.Find(sessions, PartitionOf(exchange), sid, now, exchange.Aborted)
            : null) ?? throw MissingSession(exchange);
    }

    /// <summary>What answers show of the Session whose SID or unique name stands in the path.</summary>
    /// <exception cref="RefusedException">20404 for an unknown SID, 80308 for an unknown name.</exception>
    internal async ValueTask<Shown<ShownSession>> ShownByName(Exchange exchange)
    {
        var (partition, name) = (PartitionOf(exchange), exchange.Route("sessionSid"));
        if (Sids.Is(Sids.Session, name))
        {
            return await reader.Show(
                sessions, partition, name, ProxyStorageJson.Default.ShownSession, exchange.Now, exchange.Aborted)
                ?? throw MissingSession(exchange);
        }

        var found = await names.Find(partition, name, exchange.Now, exchange.Aborted);
        return found?.Shown() ?? throw ProxyErrors.NoSessionOfThatName();
    }

    /// <summary>The Participant of the path, removed or not.</summary>
    /// <exception cref="RefusedException">20404: the Session never had it.</exception>
    internal static Participant Participant(Exchange exchange, State<ProxySession> session) =>
        session.Body.Find(exchange.Route("participantSid")) ?? throw MissingParticipant(exchange);

    /// <summary>The Participant of the path, who was not removed.</summary>
    /// <exception cref="RefusedException">20404: the Session does not have it.</exception>
    internal static Participant Present(Exchange exchange, State<ProxySession> session) =>
        session.Body.Find(exchange.Route("participantSid")) is { DeletedAt: null } present
            ? present
            : throw MissingParticipant(exchange);

    /// <summary>The Session of the path, to be changed.</summary>
    internal Subject<State<ProxySession>, ProxySession> Changing(Exchange exchange) => new(
        sessions, PartitionOf(exchange), now => Session(exchange, now))
    {
        Lane = exchange.Route("sessionSid"),
        VersionOf = session => session.Version,
    };

    private static RefusedException MissingService(string name) => ProxyErrors.NotFound($"/Services/{name}");

    private static RefusedException MissingSession(Exchange exchange) => ProxyErrors.NotFound(
        $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}");

    private static RefusedException MissingParticipant(Exchange exchange) => ProxyErrors.NotFound(
        $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}/Participants/"
        + exchange.Route("participantSid"));
}

/// <summary>
/// The parameters of a create or update, read as Twilio reads them: names in PascalCase, an absent one is null, and a
/// bad value is error 20001.
/// </summary>
internal sealed class ProxyParameters(Form form)
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] _dateFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyyMMdd", "yyyyMMdd'T'HHmmssK",
    ];

    /// <summary>A text of at most so many characters (UTF-16 code units, as the clients count them).</summary>
    public string? Text(string name, int max) =>
        form.One(name) is not { } text ? null
        : text.Length <= max ? text
        : throw ProxyErrors.Invalid($"Invalid {name}: it has {text.Length} characters. Send at most {max}.");

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name, int max) =>
        Text(name, max) is { Length: > 0 } text
            ? text
            : throw ProxyErrors.Invalid($"Missing required parameter {name}.");

    /// <summary>A whole number of seconds, 0 to 2147483647.</summary>
    public int? Seconds(string name) =>
        form.One(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds
        : throw ProxyErrors.Invalid($"Invalid {name}: send whole seconds, 0 to {int.MaxValue}.");

    /// <summary>An ISO 8601 date; UTC when it names no offset.</summary>
    public DateTimeOffset? Date(string name) =>
        form.One(name) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, _dateFormats, CultureInfo.InvariantCulture, Utc, out var date) ? date
        : throw ProxyErrors.Invalid($"Invalid {name}: send an ISO 8601 date such as 2030-07-30T20:00:00Z.");

    /// <summary>One of a few words.</summary>
    public string? Word(string name, params ReadOnlySpan<string> words) =>
        form.One(name) is not { } text ? null
        : words.Contains(text) ? text
        : throw ProxyErrors.Invalid($"Invalid {name}: send one of {string.Join(", ", words)}.");

    /// <summary>An absolute http or https address; empty for none.</summary>
    public string? Url(string name) =>
        Text(name, 2048) is not { } text ? null
        : text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? text
        : throw ProxyErrors.Invalid($"Invalid {name}: send an absolute http or https URL.");

    /// <summary>A SID of a kind; empty for none.</summary>
    public string? Sid(string name, string kind) =>
        form.One(name) is not { } text ? null
        : text.Length == 0 || Sids.Is(kind, text) ? text
        : throw ProxyErrors.Invalid($"Invalid {name}: send a SID of {kind} and 32 hexadecimal digits.");

    /// <summary>A SID of a kind that must be there.</summary>
    public string RequiredSid(string name, string kind) =>
        Sid(name, kind) is { Length: > 0 } sid
            ? sid
            : throw ProxyErrors.Invalid($"Missing required parameter {name}.");

    /// <summary>true or false.</summary>
    public bool? Flag(string name) =>
        Word(name, "true", "false", "True", "False") is { } word ? bool.Parse(word) : null;

    /// <summary>Every value of a repeated parameter.</summary>
    public IReadOnlyList<string> All(string name) => form.All(name);
}
