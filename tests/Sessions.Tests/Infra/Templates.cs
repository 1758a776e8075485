using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>The templates, compiled once for all tests of them: it takes seconds.</summary>
[CollectionDefinition(nameof(Templates))]
public sealed class Templates : IAsyncLifetime, ICollectionFixture<Templates>
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-infra-");
    private readonly ConcurrentDictionary<string, Task<Deployment>> _deployments = new();

    /// <summary>What the compiler and its linter have to say.</summary>
    internal string Diagnostics { get; private set; } = "";

    /// <summary>The template that Azure gets, with the modules in it.</summary>
    internal JsonObject Main { get; private set; } = [];

    /// <summary>The template and each of its modules, by name.</summary>
    internal IEnumerable<(string Name, JsonObject Template)> All =>
    [
        ("main", Main),
        .. Main["resources"]!.AsObject()
            .Where(resource => resource.Value!["properties"]?["template"] is not null)
            .Select(module => (module.Key, module.Value!["properties"]!["template"]!.AsObject())),
    ];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (BicepCompiler.Missing is null)
        {
            Copy("infra", "infra/modules");
            var build = await BicepCompiler.Run(Infra, "build", "main.bicep", "--stdout");
            Assert.True(build.ExitCode is 0, build.Errors);
            Diagnostics = build.Errors;
            Main = JsonNode.Parse(build.Output)!.AsObject();
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>What Azure would be asked for after <c>azd env set</c> of these, beside all that is needed.</summary>
    internal Task<Deployment> Deploy(params (string Name, string Value)[] settings)
    {
        AzdEnvironment environment = new(settings);
        return _deployments.GetOrAdd(environment.ToString(), _ => Predict(environment));
    }

    /// <summary>What a template of its own comes to, which may import from the modules.</summary>
    internal async Task<Deployment> Evaluate(string bicep)
    {
        var name = Guid.NewGuid().ToString("N");
        await File.WriteAllTextAsync(Path.Combine(Infra, $"{name}.bicep"), bicep);
        return await Predict(name, $"using '{name}.bicep'");
    }

    private string Infra => Path.Combine(_folder.FullName, "infra");

    private Task<Deployment> Predict(AzdEnvironment environment) =>
        Predict(Guid.NewGuid().ToString("N"), environment.Parameters(Main));

    // The compiler evaluates the template with all that is known before a deployment. What only Azure knows, such as
    // the id of an identity, stays an expression.
    private async Task<Deployment> Predict(string name, string parameters)
    {
        await File.WriteAllTextAsync(Path.Combine(Infra, $"{name}.bicepparam"), parameters);
        var run = await BicepCompiler.Run(
            Infra, "snapshot", $"{name}.bicepparam", "--mode", "overwrite",
            "--subscription-id", "00000000-0000-0000-0000-000000000001", "--location", "westeurope");
        return run.ExitCode is 0
            ? new(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Infra, $"{name}.snapshot.json")))!.AsObject())
            : new(run.Errors);
    }

    private void Copy(params string[] folders)
    {
        foreach (var folder in folders)
        {
            var target = _folder.CreateSubdirectory(folder);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder)))
            {
                File.Copy(file, Path.Combine(target.FullName, Path.GetFileName(file)));
            }
        }
    }
}
