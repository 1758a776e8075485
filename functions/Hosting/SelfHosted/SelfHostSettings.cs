using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// The settings when the program serves itself: defaults, then <c>local.settings.json</c>, environment and command
/// line.
/// </summary>
public static class SelfHostSettings
{
    private const string FileName = "local.settings.json";

    /// <summary>Adds them all, the strongest last.</summary>
    /// <param name="configuration">Where to.</param>
    /// <param name="folder">Where the program was started, or the content root.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The path of the settings file that was read; null when there is none.</returns>
    public static string? AddSelfHostSettings(this IConfigurationBuilder configuration, string folder, string[] args)
    {
        var home = Home(folder);
        configuration.AddInMemoryCollection(Defaults(home));
        var file = Path.Combine(home, FileName);
        configuration.AddInMemoryCollection(Values(file));
        configuration.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables();
        configuration.AddCommandLine(CommandLine.Settings(args)).AddInMemoryCollection(CommandLine.Switches(args));
        return File.Exists(file) ? file : null;
    }

    /// <summary>
    /// In an app on Azure it is the Functions host that starts the program. Whatever else does makes a mistake that
    /// nothing would show, unless it is told aloud.
    /// </summary>
    /// <exception cref="SettingsException">This is on Azure, and nobody said that it is meant.</exception>
    public static void CheckSelfHosting(this IConfiguration configuration)
    {
        if (FunctionsHost.IsOnAzure(configuration)
            && new SettingsSection(configuration.GetSection("Hosting")).OneOf("SelfHosted", "false", "true") is "false")
        {
            throw new SettingsException(
                "WEBSITE_SITE_NAME is set, so this is an app on Azure, but no Functions host started it. To let it "
                + "serve itself all the same, as in a container on App Service, set Hosting__SelfHosted to true.");
        }
    }

    /// <summary>
    /// The nearest folder at or above this one that is a function app, so that any folder of it will do to start in;
    /// else the program's own, which is the same wherever it is started from.
    /// </summary>
    private static string Home(string folder) =>
        AppAtOrAbove(folder) ?? AppAtOrAbove(AppContext.BaseDirectory) ?? folder;

    private static string? AppAtOrAbove(string folder)
    {
        for (var home = new DirectoryInfo(folder); home is not null; home = home.Parent)
        {
            if (File.Exists(Path.Combine(home.FullName, "host.json")))
            {
                return home.FullName;
            }
        }

        return null;
    }

    private static Dictionary<string, string?> Defaults(string home) => new()
    {
        ["urls"] = "http://localhost:7071",
        ["Sqlite:Path"] = Path.Combine(home, ".data", "sessions.db"),
        ["Expiry:Schedule"] = "0 * * * * *",
        ["Outbox:Schedule"] = "*/10 * * * * *",
        ["LiveStream:Schedule"] = "0 * * * * *",
    };

    /// <summary>
    /// The file's Values, which the Functions tools turn into environment variables. Empty ones are left out: the
    /// sample lists every key.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string?>> Values(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return file.RootElement.TryGetProperty("Values", out var values)
                ? [.. values.EnumerateObject().Select(Setting).Where(setting => setting.Value is not "")]
                : [];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new SettingsException(
                $"{path} should be a JSON object whose \"Values\" map keys to texts: {failure.Message}", failure);
        }
    }

    private static KeyValuePair<string, string?> Setting(JsonProperty value) =>
        new(value.Name.Replace("__", ":", StringComparison.Ordinal), value.Value.ToString());
}

/// <summary>The settings file that was read.</summary>
/// <param name="Path">Its whole path; null when there is none.</param>
internal sealed record SettingsFile(string? Path);
