using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using Sessions.Http;

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

/// <summary>Where the program listens when it serves itself.</summary>
/// <param name="Urls">The setting, as it was made.</param>
/// <param name="OnlyLoopback">
/// Whether every one is an address of this machine that no other can reach. A name is none, but for localhost: the
/// server listens on every interface for it.
/// </param>
public sealed record ListeningAddresses(string Urls, bool OnlyLoopback)
{
    /// <summary>Reads <c>urls</c>, on which the server would fail with a stack trace.</summary>
    /// <exception cref="SettingsException">It is no list of http addresses.</exception>
    public static ListeningAddresses From(IConfiguration configuration)
    {
        var urls = configuration["urls"] ?? "";
        try
        {
            var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(BindingAddress.Parse).ToList();
            if (addresses is not [] && addresses.TrueForAll(address => address.Scheme is "http"))
            {
                return new(urls, addresses.TrueForAll(IsLoopback));
            }
        }
        catch (FormatException)
        {
            // As wrong as one of another scheme.
        }

        throw SettingsException.For("urls", urls, "be http addresses parted by semicolons");
    }

    private static bool IsLoopback(BindingAddress address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}

/// <summary>What the program tells of itself instead of starting.</summary>
internal static class CommandLine
{
    private const int Width = 100;
    private const string Quiet = "--quiet";

    /// <summary>The answer to <c>--help</c> and <c>--version</c>; null when nothing was asked.</summary>
    public static string? AnswerTo(string[] args) =>
        args.Any(arg => arg is "--help" or "-h" or "-?" or "/?") ? Help()
        : args.Contains("--version") ? Version()
        : null;

    /// <summary>What it says beside settings, as settings.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Switches(string[] args) => args.Contains(Quiet)
        ? [KeyValuePair.Create($"Logging:LogLevel:{RequestObserver.Category}", (string?)nameof(LogLevel.None))]
        : [];

    /// <summary>What it says of settings.</summary>
    public static string[] Settings(string[] args) => [.. args.Where(arg => arg != Quiet)];

    private static string Version() =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string Help()
    {
        var text = new StringBuilder($"""
            Sessions {Version()}: session APIs of five vendors over one store.

              dotnet run --project functions                            serves on http://localhost:7071
              dotnet run --project functions -- --urls http://…:8080    serves elsewhere
              dotnet run --project functions -- --quiet                 writes no line for each request
              dotnet run --project functions -- import twilio-proxy --help
                                                                        says how to come from Twilio
              dotnet run --project functions -- --help                  prints this
              dotnet run --project functions -- --version               prints the version

            Every setting may be an environment variable, as it is written here, an argument, as in
            --Retention:Closed 7.00:00:00, or a line of "Values" in local.settings.json. Of these an
            argument is the strongest, and the file the weakest.

            """);
        foreach (var (name, explanation) in KnownSettings.Read().Explained)
        {
            text.AppendLine().Append("  ").AppendLine(name);
            foreach (var line in Wrapped(explanation))
            {
                text.Append("      ").AppendLine(line);
            }
        }

        return text.ToString().TrimEnd();
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length >= Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
