using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sessions.Tests.Infra;

/// <summary>What Azure would be asked to make, or why it would refuse.</summary>
internal sealed partial class Deployment
{
    private readonly JsonObject[] _resources;

    public Deployment(JsonObject snapshot) => _resources =
        [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];

    public Deployment(string refusal) => (_resources, Refusal) = ([], refusal);

    /// <summary>Why nothing would be made.</summary>
    public string? Refusal { get; }

    /// <summary>The app's settings.</summary>
    public IReadOnlyDictionary<string, string> Settings => Properties("Microsoft.Web/sites/config").AsObject()
        .ToDictionary(setting => setting.Key, setting => (string)setting.Value!);

    /// <summary>The app's own part of a Flex Consumption app.</summary>
    public JsonNode App => Properties("Microsoft.Web/sites")["functionAppConfig"]!;

    /// <summary>The tags of the one that there is of a type.</summary>
    public JsonNode Tags(string type) => Assert.Single(Of(type))["tags"]!;

    /// <summary>All of a type.</summary>
    public IEnumerable<JsonObject> Of(string type)
    {
        Assert.Null(Refusal);
        return _resources.Where(resource => (string)resource["type"]! == type);
    }

    /// <summary>The properties of the one that there is of a type.</summary>
    public JsonNode Properties(string type) => Assert.Single(Of(type))["properties"]!;

    /// <summary>
    /// The settings as the app reads them, with what Azure would put in for the expressions: secrets for the references
    /// to them, and addresses for the rest.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string?>> AsRead() => Settings.Select(setting => KeyValuePair.Create(
        setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)Known(setting.Value)));

    private static string Known(string value) =>
        value.StartsWith('[') ? ValueOf(Output().Match(value).Groups["name"].Value) : value;

    private static string ValueOf(string output) => output switch
    {
        "accountSecretUri" => AzdEnvironment.Secret,
        "accountSigningSecretUri" => AzdEnvironment.SigningSecret,
        "tokenUri" => AzdEnvironment.Token,
        "liveKitApiSecretUri" => "the-livekit-secret",
        "s3SecretUri" => "the-bucket's-secret",
        "carrierAuthTokenUri" => "the-carrier's-token",
        "carrierApiKeySecretUri" => "the-carrier's-key",
        "carrierSigningSecretUri" => "the-carrier's-signing-secret",
        "insightsConnectionString" => "InstrumentationKey=00000000-0000-0000-0000-000000000000",
        _ => "https://sessions.example.com/",
    };

    [GeneratedRegex(@"\.outputs\.(?<name>\w+)")]
    private static partial Regex Output();
}
