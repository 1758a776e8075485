namespace Sessions.Configuration;

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
