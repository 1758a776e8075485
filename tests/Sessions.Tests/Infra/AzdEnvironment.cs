using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>
/// What <c>azd env set</c> has been told, and how azd makes parameters of it by <c>infra/main.parameters.json</c>:
/// <c>${NAME=default}</c> is left out when the name is not set and there is no default.
/// </summary>
internal sealed partial class AzdEnvironment
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal)
    {
        ["AZURE_ENV_NAME"] = "prod",
        ["AZURE_LOCATION"] = "westeurope",
        ["AZURE_PRINCIPAL_ID"] = "00000000-0000-0000-0000-0000000000aa",
        ["SESSIONS_ACCOUNT_SID"] = "AC00000000000000000000000000000001",
        ["SESSIONS_ACCOUNT_SECRET"] = Secret,
        ["SESSIONS_ACCOUNT_SIGNING_SECRET"] = SigningSecret,
        ["SESSIONS_TOKEN"] = Token,
        ["SESSIONS_LIVEKIT_URL"] = "simulated",
        ["SESSIONS_BUDGET_START"] = "2026-11-01",
    };

    public const string Secret = "the-account's-secret";
    public const string SigningSecret = "the-account's-signing-secret";
    public const string Token = "the-account's-first-token";

    public AzdEnvironment(IEnumerable<(string Name, string Value)> settings)
    {
        foreach (var (name, value) in settings)
        {
            _values[name] = value;
        }
    }

    /// <summary>What an environment must have besides what azd puts there.</summary>
    public static IEnumerable<string> Needed =>
        new AzdEnvironment([])._values.Keys.Where(name => name.StartsWith("SESSIONS_", StringComparison.Ordinal));

    /// <summary>The parameters file's texts, by parameter.</summary>
    public static IReadOnlyDictionary<string, string> File { get; } =
        JsonNode.Parse(Repository.Read("infra/main.parameters.json"))!["parameters"]!.AsObject()
            .ToDictionary(parameter => parameter.Key, parameter => (string)parameter.Value!["value"]!);

    /// <summary>The name of the environment in such a text.</summary>
    public static string NameIn(string text) => Reference().Match(text).Groups["name"].Value;

    /// <summary>The parameters in Bicep's own words, of the types that the template gives them.</summary>
    public string Parameters(JsonObject template)
    {
        var text = new StringBuilder("using 'main.bicep'\n");
        foreach (var (parameter, value) in File)
        {
            if (ValueOf(value) is { } given)
            {
                var isText = (string)template["parameters"]![parameter]!["type"]! is "string" or "securestring";
                text.Append("param ").Append(parameter).Append(" = ").AppendLine(isText ? Quoted(given) : given);
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', _values.Select(pair => $"{pair.Key}={pair.Value}"));

    private string? ValueOf(string text)
    {
        var reference = Reference().Match(text);
        Assert.True(reference.Success, text);
        return _values.GetValueOrDefault(reference.Groups["name"].Value)
            ?? (reference.Groups["default"] is { Success: true } otherwise ? otherwise.Value : null);
    }

    private static string Quoted(string value) => $"'{value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal)
        .Replace("${", "\\${", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^\$\{(?<name>[A-Z_]+)(=(?<default>[^}]*))?\}$")]
    private static partial Regex Reference();
}
