using System.Reflection;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>The Bicep compiler that the test project downloads, where it knows of one for this machine.</summary>
internal static class BicepCompiler
{
    private static readonly string? _path = typeof(BicepCompiler).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key is "BicepCompiler")?.Value;

    /// <summary>Why the templates cannot be compiled here; null when they can.</summary>
    public static string? Missing => _path is not null ? null :
        "No Bicep compiler is downloaded for this machine. Where NuGet has Azure.Bicep.CommandLine for it, name it: "
        + "dotnet test -p:BicepRuntime=osx-arm64";

    /// <summary>Runs it in a folder. The errors are what it has to say, warnings and its linter included.</summary>
    public static Task<Command> Run(string folder, params string[] arguments) =>
        Command.Run(new(_path + (OperatingSystem.IsWindows() ? ".exe" : ""), arguments) { WorkingDirectory = folder });
}

/// <summary>A test of what the compiler makes, skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = BicepCompiler.Missing;
}
