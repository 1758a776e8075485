using System.Diagnostics;
using System.Xml.Linq;
using Sessions.Tests.Support;

namespace Sessions.Tests.Hosting;

/// <summary>
/// Which build each command makes. One MSBuild run evaluates the project for every case; nothing is built, since the
/// worker's packages need not be there.
/// </summary>
public sealed class BuildTests(BuildTests.Evaluations evaluations) : IClassFixture<BuildTests.Evaluations>
{
    private const string WorkerPackage = "package:Microsoft.Azure.Functions.Worker";

    /// <summary>What each command hands to MSBuild, and whether the cloud build is to come of it.</summary>
    private static readonly (string Command, string Properties, bool Cloud)[] _cases =
    [
        ("dotnet build, run, test", "", false),
        ("dotnet build --output elsewhere", "OutputPath=/app/bin/outputs/", false),
        ("dotnet publish", "_IsPublishing=true", true),
        ("dotnet publish -r win-x64", "_IsPublishing=true;RuntimeIdentifier=win-x64", true),
        ("func start", "OutputPath=/app/functions/bin/output/", true),
        ("func start, as the tools write it", "OutputPath=bin/output", true),
        ("func start, Windows", @"OutputPath=C:\app\functions\bin\output\", true),
        ("func azure functionapp publish", "OutputPath=/app/functions/bin/publish/", true),
        ("dotnet run -p:IsolatedWorker=true", "IsolatedWorker=true", true),
        ("dotnet publish -p:IsolatedWorker=false", "_IsPublishing=true;IsolatedWorker=false", false),
    ];

    public static IEnumerable<object[]> Commands => _cases.Select(c => new object[] { c.Command, c.Cloud });

    [Theory]
    [MemberData(nameof(Commands))]
    public void Each_command_makes_its_build(string command, bool cloud)
    {
        var lines = evaluations.Of(command);

        Assert.Equal(cloud, lines.Contains("cloud:true"));
        Assert.Equal(cloud, lines.Contains(WorkerPackage));
        Assert.Equal(cloud, lines.Contains("compile:Hosting/Cloud/Program.cs"));
        Assert.Equal(cloud, lines.Contains("copied:host.json"));
        Assert.Equal(!cloud, lines.Contains("package:NCrontab.Signed"));
        Assert.Equal(!cloud, lines.Contains("compile:Hosting/Local/LocalHost.cs"));
        Assert.Contains("compile:Hosting/SessionsServices.cs", lines);
        Assert.Contains($"obj:{Repository.Root}/functions/{(cloud ? "obj/cloud/" : "obj/")}", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("compile:obj/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dotnet publish", "linux-x64")]
    [InlineData("dotnet publish -r win-x64", "win-x64")]
    public void A_publish_is_compiled_ahead_for_its_target(string command, string target) =>
        Assert.Contains($"ahead:true {target}", evaluations.Of(command));

    [Fact]
    public void Local_settings_are_never_published()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "functions", "Sessions.csproj"));

        var item = Assert.Single(project.Descendants("None"), i => i.Attribute("Link")!.Value is "local.settings.json");

        Assert.Equal("Never", item.Attribute("CopyToPublishDirectory")!.Value);
    }

    public sealed class Evaluations : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("sessions-builds").FullName;

        public IReadOnlyList<string> Of(string command) => File.ReadAllLines(Path.Combine(_folder, FileOf(command)));

        public async Task InitializeAsync()
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "describe.targets"), Describe);
            await File.WriteAllTextAsync(Path.Combine(_folder, "all.proj"), All().ToString());
            using var run = Process.Start(new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "msbuild", Path.Combine(_folder, "all.proj"), "-nologo", "-nodeReuse:false" },
                RedirectStandardOutput = true,
            })!;
            var output = await run.StandardOutput.ReadToEndAsync();
            await run.WaitForExitAsync();
            Assert.True(run.ExitCode == 0, output);
        }

        public Task DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return Task.CompletedTask;
        }

        private static string FileOf(string command) => $"{Array.FindIndex(_cases, c => c.Command == command)}.txt";

        private XElement All() => new(
            "Project", new XElement("Target", new XAttribute("Name", "Build"), _cases.Select(c => new XElement(
                "MSBuild",
                new XAttribute("Projects", Path.Combine(Repository.Root, "functions", "Sessions.csproj")),
                new XAttribute("Targets", "Describe"),
                new XAttribute("Properties", Properties(c.Command, c.Properties))))));

        private string Properties(string command, string properties) => string.Join(
            ';',
            $"DescribeTo={Path.Combine(_folder, FileOf(command))}",
            $"CustomAfterMicrosoftCommonTargets={Path.Combine(_folder, "describe.targets")}",
            properties);

        private const string Describe = """
            <Project>
              <Target Name="Describe">
                <ItemGroup>
                  <Line Include="cloud:$(IsolatedWorker)" />
                  <Line Include="obj:$(MSBuildProjectExtensionsPath.Replace('\', '/'))" />
                  <Line Include="ahead:$(PublishReadyToRun) $(RuntimeIdentifier)" />
                  <Line Include="@(Compile->'compile:%(Identity)')" />
                  <Line Include="@(PackageReference->'package:%(Identity)')" />
                  <Line Include="@(None->'copied:%(Link)')" />
                </ItemGroup>
                <WriteLinesToFile File="$(DescribeTo)" Lines="@(Line)" Overwrite="true" />
              </Target>
            </Project>
            """;
    }
}
