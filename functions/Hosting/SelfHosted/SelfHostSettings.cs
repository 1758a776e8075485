using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// The local host's settings: defaults, then <c>local.settings.json</c>, environment and command line.
/// </summary>
public static class SelfHostSettings
{
    private const string FileName = "local.settings.json";

    /// <summary>Adds them all, the strongest last.</summary>
    /// <param name="configuration">Where to.</param>
    /// <param name="folder">Where the program was started, or the content root.</param>
    /// <param name="args">The command line.</param>
    public static void AddSelfHostSettings(this IConfigurationBuilder configuration, string folder, string[] args)
    {
        var home = Home(folder);
        configuration.AddInMemoryCollection(Defaults(home));
        configuration.AddInMemoryCollection(Values(Path.Combine(home, FileName)));
        configuration.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(args);
    }

    /// <summary>The server would fail on a wrong address with a stack trace, so it is looked at before.</summary>
    /// <exception cref="SettingsException">It is no list of http addresses.</exception>
    public static void CheckUrls(this IConfiguration configuration)
    {
        var urls = configuration["urls"];
        var addresses = (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses is [] || !addresses.All(IsHttp))
        {
            throw SettingsException.For("urls", urls, "be http addresses parted by semicolons");
        }
    }

    private static bool IsHttp(string address)
    {
        try
        {
            return BindingAddress.Parse(address).Scheme is "http";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// The nearest folder at or above this one that is a function app, so that any folder of it will do to start
    /// in.
    /// </summary>
    private static string Home(string folder)
    {
        for (var home = new DirectoryInfo(folder); home is not null; home = home.Parent)
        {
            if (File.Exists(Path.Combine(home.FullName, "host.json")))
            {
                return home.FullName;
            }
        }

        return folder;
    }

    private static Dictionary<string, string?> Defaults(string home) => new()
    {
        ["urls"] = "http://localhost:7071",
        ["Sqlite:Path"] = Path.Combine(home, ".data", "sessions.db"),
        ["Expiry:Schedule"] = "0 * * * * *",
        ["Outbox:Schedule"] = "*/10 * * * * *",
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
