using System.Globalization;

namespace Sessions.Http.Limits;

/// <summary>How many files and sockets the process may have open: when they run out, it ends.</summary>
internal static class Descriptors
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";

    // What the store, the log, outgoing events and assemblies take.
    private const int ForTheRest = 160;
    private const int Least = 16;
    private const int Most = 20_000;

    /// <summary>How many of them connections may take.</summary>
    public static int ForConnections => Math.Clamp(Allowed() - ForTheRest, Least, Most);

    private static int Allowed()
    {
        var line = File.Exists(Limits)
            ? File.ReadLines(Limits).FirstOrDefault(each => each.StartsWith(OpenFiles, StringComparison.Ordinal))
            : null;
        var words = line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.TryParse(words?.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var soft)
            ? soft
            : int.MaxValue;
    }
}
