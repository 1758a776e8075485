namespace Sessions.Configuration;

/// <summary>A setting that the service cannot start with. Its message is all that the user is shown.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>A setting that holds the wrong thing.</summary>
    /// <param name="key">The key, in the spelling of an environment variable.</param>
    /// <param name="holds">What it holds; never a secret.</param>
    /// <param name="should">What it should hold.</param>
    public SettingsException(string key, string holds, string should)
        : base($"The setting {key} holds {holds}. It should hold {should}.")
    {
    }

    /// <inheritdoc/>
    public SettingsException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public SettingsException()
    {
    }

    /// <inheritdoc/>
    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
