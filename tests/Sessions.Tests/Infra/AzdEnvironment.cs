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

    /// <summary>All that can be set. An evaluation takes seconds, so most ask for two: none of it, or all.</summary>
    public static (string, string)[] All { get; } =
    [
        ("AZURE_PRINCIPAL_TYPE", "Group"),
        ("SESSIONS_TOKEN_SUBJECT", "operations"),
        ("SESSIONS_TOKEN_SCOPES", "operator, rooms:read"),
        ("SESSIONS_TOKEN_PHONE_NUMBERS", "+17085852753,+17085854000"),
        ("SESSIONS_LIVEKIT_URL", "wss://livekit.example.com"),
        ("SESSIONS_LIVEKIT_API_KEY", "APIexample"),
        ("SESSIONS_LIVEKIT_API_SECRET", "the-livekit-secret"),
        ("SESSIONS_HLS_BASE_URL", "https://cdn.example.com/live"),
        ("SESSIONS_HLS_BUCKET", "streams"),
        ("SESSIONS_HLS_BUCKET_REGION", "eu-central-1"),
        ("SESSIONS_HLS_BUCKET_ACCESS_KEY", "AKIAEXAMPLE"),
        ("SESSIONS_HLS_BUCKET_SECRET", "the-bucket's-secret"),
        ("SESSIONS_CARRIER", "twilio"),
        ("SESSIONS_CARRIER_AUTH_TOKEN", "the-carrier's-token"),
        ("SESSIONS_CARRIER_API_KEY_SID", "SK00000000000000000000000000000009"),
        ("SESSIONS_CARRIER_API_KEY_SECRET", "the-carrier's-key"),
        ("SESSIONS_CARRIER_SIGNING_SECRET", "the-carrier's-signing-secret"),
        ("SESSIONS_CARRIER_SIGNATURE_HEADER", "X-Carrier-Signature"),
        ("SESSIONS_CORS_ORIGINS", "https://a.example.com, https://b.example.com"),
        ("SESSIONS_OTLP_ENDPOINT", "http://collector.internal:4317"),
        ("SESSIONS_VNET_ENABLED", "true"),
        ("SESSIONS_SCALE", "standard"),
        ("SESSIONS_MAXIMUM_UNITS", "50000"),
        ("SESSIONS_REGIONS", "North Europe, francecentral"),
        ("SESSIONS_ALWAYS_READY", "3"),
        ("SESSIONS_HTTP_CONCURRENCY", "250"),
        ("SESSIONS_USE_PLACEHOLDER", "false"),
        ("SESSIONS_EXPIRY_SCHEDULE", ""),
        ("SESSIONS_OUTBOX_SCHEDULE", "*/30 * * * * *"),
    ];

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
