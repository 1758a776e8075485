using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using Sessions.Http;

namespace Sessions.Hosting.SelfHosted;

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
