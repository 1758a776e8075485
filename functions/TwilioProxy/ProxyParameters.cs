using System.Globalization;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

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
