using System.ComponentModel;
using System.Diagnostics;
using Sessions.Tests.Support;

namespace Sessions.Tests.Clients;

/// <summary>Runs the node scripts under <c>tests/clients</c>.</summary>
internal static class NodeScript
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private static readonly string _folder = Path.Combine(Repository.Root, "tests", "clients");

    /// <summary>The scripts, by their path under <c>tests/clients</c>.</summary>
    public static IEnumerable<string> All => Directory
        .EnumerateFiles(_folder, "*.test.mjs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder, path))
        .Where(path => !path.StartsWith("node_modules", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>Runs one to its end.</summary>
    public static async Task<TapReport> Run(string script, IReadOnlyDictionary<string, string> environment)
    {
        Assert.True(
            Directory.Exists(Path.Combine(_folder, "node_modules")),
            "The npm packages are not installed. ./test installs them, or: npm ci --prefix tests/clients");
        using var node = Start(script, environment);
        using var timeout = new CancellationTokenSource(_patience);
        try
        {
            var errors = node.StandardError.ReadToEndAsync(timeout.Token);
            var output = await node.StandardOutput.ReadToEndAsync(timeout.Token);
            await node.WaitForExitAsync(timeout.Token);
            return TapReport.Read(node.ExitCode, output, await errors);
        }
        catch (OperationCanceledException)
        {
            node.Kill();
            throw new TimeoutException($"{script} did not end within {_patience}.");
        }
    }

    private static Process Start(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("node", ["--test-reporter=tap", script])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("Install Node.js 20 or later: the vendors' clients need it.", missing);
        }
    }
}
