using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sessions.Bench;

/// <summary>What the disk takes, and what a server asks of it. Linux only.</summary>
internal static partial class Disk
{
    private const int Block = 4096;
    private const int Blocks = 256;
    private const int Times = 500;

    /// <summary>How long it takes to write 4 KB into a file that is there and to have them on the disk.</summary>
    /// <param name="folder">Where the file is.</param>
    public static Arrived Syncs(string folder)
    {
        using var file = File.OpenHandle(Path.Combine(folder, "syncs"), FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, new byte[Blocks * Block], 0);
        RandomAccess.FlushToDisk(file);
        var block = new byte[Block];
        var took = new double[Times];
        for (var index = 0; index < Times; index++)
        {
            var began = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, index % Blocks * Block);
            if (fdatasync(file) is not 0)
            {
                throw new IOException($"fdatasync failed with {Marshal.GetLastPInvokeError()}.");
            }

            took[index] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return new([.. took.Order()], 0);
    }

    /// <summary>How many bytes a process has had written to disks so far: the log and the file.</summary>
    public static long Written(Server server)
    {
        const string Word = "write_bytes: ";
        var line = File.ReadLines($"/proc/{server.Id}/io")
            .First(line => line.StartsWith(Word, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Word.Length), CultureInfo.InvariantCulture);
    }

    /// <summary>How often a process waits for the disk while something is done, by strace; null without it.</summary>
    public static async Task<long?> SyncsOf(Server server, Func<Task> work)
    {
        var arguments = new[] { "-c", "-f", "-e", "trace=fsync,fdatasync", "-p", $"{server.Id}" };
        try
        {
            using var strace = Process.Start(
                new ProcessStartInfo("strace", arguments) { RedirectStandardError = true })!;
            await strace.StandardError.ReadLineAsync();
            await work();
            using var kill = Process.Start("kill", ["-INT", $"{strace.Id}"]);
            var table = await strace.StandardError.ReadToEndAsync();
            await strace.WaitForExitAsync();
            return table.Split('\n')
                .Where(line => line.EndsWith("sync", StringComparison.Ordinal))
                .Sum(line => long.Parse(
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fdatasync(SafeFileHandle file);
}
