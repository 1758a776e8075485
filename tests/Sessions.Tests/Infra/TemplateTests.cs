using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>The templates by themselves: they compile, say what they take, and keep secrets secret.</summary>
[Collection(nameof(Templates))]
public sealed partial class TemplateTests(Templates templates)
{
    [BicepFact]
    public void The_templates_compile_and_the_linter_has_nothing_to_say() => Assert.Equal("", templates.Diagnostics);

    [BicepFact]
    public void Every_parameter_and_output_is_described() => Expect.None(
        from template in templates.All
        from part in (string[])["parameters", "outputs"]
        from each in template.Template[part]?.AsObject() ?? []
        let description = (string?)each.Value!["metadata"]?["description"]
        where description is not { Length: > 5 } || !char.IsUpper(description[0]) || description[^1] is not '.'
        select $"{template.Name} {part} {each.Key}: {description}");

    [BicepFact]
    public void What_is_secret_is_a_secure_parameter_that_has_no_value_by_itself()
    {
        (string Name, string? Type, JsonNode? Value)[] parameters =
        [
            .. from template in templates.All
               from each in template.Template["parameters"]?.AsObject() ?? []
               select ($"{template.Name}.{each.Key}", (string?)each.Value!["type"], each.Value["defaultValue"]),
        ];

        Expect.None(
            from each in parameters
            where each.Type is "string" && SecretName().IsMatch(each.Name)
            select $"{each.Name} is no secure parameter");
        Expect.None(
            from each in parameters
            where each.Type is "securestring" && (string?)each.Value is { Length: > 0 }
            select $"{each.Name} has a value by itself");
        Assert.DoesNotContain(parameters, each => each.Type is "secureObject");
        Assert.DoesNotMatch(
            "(?i)listKeys|listConnectionStrings|AccountKey=|SharedAccessKey|listSecrets", $"{templates.Main}");
    }

    [BicepFact]
    public void The_parameters_file_names_the_parameters()
    {
        var parameters = templates.Main["parameters"]!.AsObject().Select(parameter => parameter.Key);

        Assert.Equal(parameters.Order(StringComparer.Ordinal), AzdEnvironment.File.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_azd_can_be_told_is_in_the_documentation_and_nothing_else()
    {
        var known = AzdEnvironment.File.Values.Select(AzdEnvironment.NameIn)
            .Where(name => name.StartsWith("SESSIONS_", StringComparison.Ordinal));

        var told = SettingName().Matches(Repository.Read("docs/azure.md")).Select(match => match.Value).Distinct();

        Assert.Equal(known.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/azure.md")]
    public void The_commands_in_the_documentation_set_all_that_is_needed(string document)
    {
        var set = EnvSet().Matches(Repository.Read(document)).Select(command => command.Groups["name"].Value);

        Assert.Empty(AzdEnvironment.Needed.Except(set));
    }

    [BicepFact]
    public void The_app_comes_after_its_roles_its_secrets_and_the_way_to_its_store()
    {
        var app = templates.Main["resources"]!["app"]!;

        var before = app["dependsOn"]!.AsArray().Select(each => (string)each!);

        HashSet<string> needed = ["storage", "cosmos", "secrets", "monitoring", "endpoints"];
        Assert.Superset(needed, before.ToHashSet());
    }

    [BicepFact]
    public void Azd_finds_its_service_and_its_outputs()
    {
        var service = Service().Match(Repository.Read("azure.yaml")).Groups["name"].Value;
        var outputs = templates.Main["outputs"]!.AsObject();

        Assert.Contains($"'azd-service-name', '{service}'", $"{TagsOf("app")}", StringComparison.Ordinal);
        Assert.True(outputs.ContainsKey($"SERVICE_{service.ToUpperInvariant()}_NAME"));
        Assert.True(outputs.ContainsKey("AZURE_RESOURCE_GROUP"));
    }

    private JsonNode? TagsOf(string module) =>
        templates.Main["resources"]![module]!["properties"]!["template"]!["resources"]!["app"]!["tags"];

    [GeneratedRegex("(?i)(secret|token)$")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"azd env set (?<name>\w+)")]
    private static partial Regex EnvSet();

    [GeneratedRegex(@"\bSESSIONS_[A-Z_]+[A-Z]")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"services:\n  (?<name>\w+):")]
    private static partial Regex Service();
}
