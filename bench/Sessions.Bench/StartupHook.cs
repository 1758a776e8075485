using System.Diagnostics.CodeAnalysis;
using System.Globalization;

/// <summary>
/// What the runtime starts in a server before its own program (DOTNET_STARTUP_HOOKS): it answers each line on the
/// standard input with what the process has allocated so far.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for it there.")]
internal static class StartupHook
{
    /// <summary>Called by the runtime. It must use nothing but the runtime's own.</summary>
    public static void Initialize() => new Thread(Tell) { IsBackground = true }.Start();

    private static void Tell()
    {
        while (Console.In.ReadLine() is not null)
        {
            var bytes = GC.GetTotalAllocatedBytes(precise: true);
            Console.Out.WriteLine("allocated " + bytes.ToString(CultureInfo.InvariantCulture));
        }
    }
}
