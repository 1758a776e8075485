using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Sessions.Configuration;

/// <summary>Reads typed settings, and refuses a wrong one by its name as the user wrote it.</summary>
/// <param name="section">The section to read from; the root for top-level keys.</param>
public sealed class SettingsSection(IConfiguration section)
{
    /// <summary>The text, or null when it is absent or blank.</summary>
    public string? Text(string key) => section[key] is { } text && HasText(text) ? text : null;

    /// <summary>The text, which must be there.</summary>
    public string Required(string key, string should) =>
        Text(key) ?? throw SettingsException.Missing(NameOf(key), should);

    /// <summary>A span of time such as <c>30.00:00:00</c>, above zero.</summary>
    public TimeSpan Span(string key, TimeSpan otherwise) =>
        Text(key) is not { } text ? otherwise
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero ? span
        : throw Wrong(key, text, "be a span of time such as 30.00:00:00, days first");

    /// <summary>The same, which may be zero.</summary>
    public TimeSpan SpanOrNone(string key, TimeSpan otherwise) =>
        Text(key) is { } text
        && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span == TimeSpan.Zero
            ? span
            : Span(key, otherwise);

    /// <summary>A whole number, at least <paramref name="min"/>.</summary>
    public int Whole(string key, int otherwise, int min) =>
        Text(key) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min ? number
        : throw Wrong(key, text, string.Create(CultureInfo.InvariantCulture, $"be a whole number, {min} or more"));

    /// <summary>One of some words, in whatever case; the first when it is absent.</summary>
    public string OneOf(string key, params ReadOnlySpan<string> words)
    {
        var text = Text(key) ?? words[0];
        foreach (var word in words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        throw Wrong(key, text, $"be one of {string.Join(", ", words!)}");
    }

    /// <summary>An absolute http or https address, or null when it is absent.</summary>
    public Uri? Address(string key) =>
        Text(key) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw Wrong(key, text, "be an address such as https://sessions.example.com");

    /// <summary>A moment in ISO 8601, or null when it is absent.</summary>
    public DateTimeOffset? Moment(string key) =>
        Text(key) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
        : throw Wrong(key, text, "be a moment such as 2027-01-31T00:00:00Z");

    /// <summary>The members of a list, <c>key__0</c>, <c>key__1</c> and so on, in their order.</summary>
    public IReadOnlyList<SettingsSection> Items(string key) =>
        [.. section.GetSection(key).GetChildren().Select(child => new SettingsSection(child))];

    /// <summary>The texts of a list of plain values.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. section.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>().Where(HasText)];

    /// <summary>The full path of a key, for a message about it.</summary>
    public string NameOf(string key) => section is IConfigurationSection named ? $"{named.Path}:{key}" : key;

    private static bool HasText(string text) => !string.IsNullOrWhiteSpace(text);

    private SettingsException Wrong(string key, string holds, string should) =>
        SettingsException.For(NameOf(key), holds, should);
}

/// <summary>
/// A setting that the program cannot start with. The message is for the person who made the setting:
/// it is all they are shown, so it names the key, what it holds and what it should hold.
/// </summary>
public sealed class SettingsException : Exception
{
    /// <summary>A start failure without words; prefer <see cref="For"/>.</summary>
    public SettingsException()
    {
    }

    /// <summary>A start failure in one's own words.</summary>
    public SettingsException(string message)
        : base(message)
    {
    }

    /// <summary>A start failure in one's own words, with what caused it.</summary>
    public SettingsException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The key that holds what it should not, parted by colons; null when there is no one key.</summary>
    public string? Key { get; private init; }

    /// <summary>All of these as one.</summary>
    public static SettingsException All(IReadOnlyList<SettingsException> wrong) =>
        wrong is [var only] ? only : new(string.Join(
            Environment.NewLine,
            wrong.Select(one => $"  {one.Message}").Prepend("Some settings cannot be used:")));

    /// <summary>Says what is wrong with one setting.</summary>
    /// <param name="key">The key, parted by colons or by double underscores.</param>
    /// <param name="holds">What it holds, or null when it is not set or is a secret.</param>
    /// <param name="should">What it should hold, to follow the word "should", as in <c>be a whole number</c>.</param>
    public static SettingsException For(string key, string? holds, string should)
    {
        var name = key.Replace(":", "__", StringComparison.Ordinal);
        var state = holds is null ? "is not usable" : $"holds \"{holds}\"";
        return new($"The setting {name} {state}; it should {should}.") { Key = key };
    }

    /// <summary>Says what setting is missing.</summary>
    public static SettingsException Missing(string key, string should) =>
        new($"The setting {key.Replace(":", "__", StringComparison.Ordinal)} is not set; it should {should}.");
}
